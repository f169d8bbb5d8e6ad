import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

describe('readConfig() of what hosts share and how much they take', () => {
  const problems = (env: Record<string, string>) => {
    try {
      readConfig(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    throw new Error('nothing was wrong');
  };

  it('unset, or blank, means memory, no proxy, and limits that fit the chain', () => {
    for (const env of [{}, { REDIS_URL: ' ', TRUST_PROXY: '', RATE_LIMIT_READS_PER_MIN: '' }]) {
      const { redisUrls, trustedProxies, rateLimits } = readConfig(env);
      expect({ redisUrls, trustedProxies }).to.deep.equal({ redisUrls: [], trustedProxies: 0 });
      expect(rateLimits).to.deep.equal({ reads: undefined, writes: undefined, uploads: undefined });
    }
  });

  it('takes one Redis, with TLS and credentials, or the nodes of a cluster', () => {
    const one = 'rediss://user:pass%20word@redis.example:6380/1';
    expect(readConfig({ REDIS_URL: one }).redisUrls).to.deep.equal([one]);
    const nodes = ['redis://10.0.0.1:7000', 'redis://10.0.0.2:7000'];
    expect(readConfig({ REDIS_URL: nodes.join(', ') }).redisUrls).to.deep.equal(nodes);
  });

  it('takes numbers, 0 for no limit', () => {
    const env = { TRUST_PROXY: '2', RATE_LIMIT_READS_PER_MIN: '0', RATE_LIMIT_UPLOADS_PER_MIN: '5' };
    const { trustedProxies, rateLimits } = readConfig(env);
    expect(trustedProxies).to.equal(2);
    expect(rateLimits).to.deep.equal({ reads: 0, writes: undefined, uploads: 5 });
  });

  it('names every key that is wrong, and shows no password', () => {
    const wrong = problems({
      REDIS_URL: 'http://:secret@localhost',
      TRUST_PROXY: 'true',
      RATE_LIMIT_READS_PER_MIN: '-1',
      RATE_LIMIT_WRITES_PER_MIN: '1.5',
      RATE_LIMIT_UPLOADS_PER_MIN: 'many',
    });
    expect(wrong.map((line) => line.split(':')[0])).to.deep.equal([
      'TRUST_PROXY',
      'RATE_LIMIT_READS_PER_MIN',
      'RATE_LIMIT_WRITES_PER_MIN',
      'RATE_LIMIT_UPLOADS_PER_MIN',
      'REDIS_URL',
    ]);
    expect(wrong.join()).to.contain('must be a redis:// or rediss:// URL').and.not.contain('secret');
  });

  it('takes no names for a cluster that mix TLS and plain text', () => {
    expect(problems({ REDIS_URL: 'rediss://a.example,redis://b.example' })).to.have.length(1);
  });
});

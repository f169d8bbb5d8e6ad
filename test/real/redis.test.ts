import { inspect } from 'node:util';
import { expect } from 'chai';
import { createRedisCounters } from '../../indexer/counters/redis.ts';
import { RedisLiveIndex } from '../../indexer/live/redis.ts';
import { openRedis, type RedisBreaker } from '../../indexer/redis/circuit-breaker.ts';
import { RedisRefused } from '../../indexer/redis/errors.ts';
import { describeCounters } from '../indexer/counters/counters.suite.ts';
import { describeLiveIndex } from '../indexer/live/suite.ts';
import { silent } from '../indexer/sync/world.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

describe('a real Redis', () => {
  let server: RedisServer;
  let redis: RedisBreaker;
  let another: RedisBreaker;
  before(async () => {
    server = await startRedis();
    redis = await openRedis({ urls: [server.url], log: silent });
    another = await openRedis({ urls: [server.url], log: silent });
  });
  after(async () => {
    redis?.close();
    another?.close();
    await server?.close();
  });
  beforeEach(() => server.ask((client) => client.flushall()));

  describeLiveIndex('Redis', async () => new RedisLiveIndex({ redis, namespace: 'suite' }));
  describeCounters(
    'Redis',
    async () => createRedisCounters({ redis, namespace: 'suite' }),
    async () => createRedisCounters({ redis: another, namespace: 'suite' }),
  );

  it('gives every count an end, and keeps those of another namespace apart', async () => {
    const [mine, others] = ['one', 'other'].map((namespace) => createRedisCounters({ redis, namespace }));
    await mine?.add('a', 1, 60_000);
    await mine?.claim('a', 60_000);
    expect((await others?.add('a', 1, 60_000))?.total).to.equal(1);
    expect(await others?.claim('a', 60_000)).to.equal(true);
    for (const key of await server.ask((client) => client.keys('*'))) {
      expect(await server.ask((client) => client.pttl(key)), key).to.be.within(1, 60_000);
    }
  });

  it('that refuses is asked again, and not taken for one that is gone', async () => {
    await redis.send('SET', ['a', 'text']);
    const refused = await redis.send('INCR', ['a']).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RedisRefused).with.property('retryable', true);
    expect(await redis.send('GET', ['a'])).to.equal('text');
  });

  it('that forgot its scripts is told them again', async () => {
    const counters = createRedisCounters({ redis, namespace: 'suite' });
    await counters.add('a', 1, 60_000);
    await server.ask((client) => client.script('FLUSH'));
    expect((await counters.add('a', 1, 60_000)).total).to.equal(2);
  });
});

describe('a Redis with a password', () => {
  let server: RedisServer;
  let redis: RedisBreaker;
  let logged: unknown[];
  before(async () => {
    server = await startRedis(['--requirepass', 'hunter two']);
  });
  after(() => server?.close());
  afterEach(() => redis.close());

  const open = async (password: string) => {
    logged = [];
    const note = (...line: unknown[]) => void logged.push(line);
    const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}`;
    redis = await openRedis({ urls: [url], log: { info: note, warn: note } });
  };

  it('is opened by REDIS_URL', async () => {
    await open('hunter two');
    expect(await redis.send('SET', ['a', '1'])).to.equal('OK');
    expect(logged).to.deep.equal([]);
    expect(redis.place).to.equal(`127.0.0.1:${server.port}`);
  });

  it('stays closed to another one, which neither the log nor the error shows', async () => {
    await open('guessed');
    const error = await redis.send('GET', ['a']).catch((reason: unknown) => reason);
    for (const shown of [error, logged]) {
      expect(inspect(shown, { depth: 9 }))
        .to.match(/WRONGPASS/)
        .and.not.contain('guessed');
    }
  });
});

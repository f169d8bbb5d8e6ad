import { expect } from 'chai';
import { type Health, streams } from '../../web/src/api/answers.ts';
import { healthWords } from '../../web/src/playback/health.ts';
import { STREAM } from './gates.ts';

const AT = '2026-11-30T12:00:00Z';
const found = (more: Partial<Health>): Health => ({
  ...{ state: 'ok', reason: null, checked_at: AT, latency_ms: 42, last_proof: null },
  ...more,
});

describe('what the page says of a stream', () => {
  it('is what this host has found, in words, and when', () => {
    expect(healthWords(found({}))).to.deep.equal({
      tone: 'good',
      text: 'It answered right, in 42 ms',
      at: AT,
    });
    expect(healthWords(found({ state: 'wrong', reason: 'bytes_differ' }))).to.deep.equal({
      ...{ tone: 'warm', text: 'Cheats: it has other bytes than the CID names', at: AT },
    });
    expect(healthWords(found({ state: 'silent', reason: 'timed_out' })).text).to.equal('It did not answer');
    const proof = { filed_at: '2026-11-29T12:00:00Z', receipt: { unit: 2 } };
    expect(healthWords(found({ state: 'wrong', reason: 'key_proven', last_proof: proof }))).to.deep.equal({
      ...{ tone: 'warm', text: 'Proven: it sold a wrong key for minute 3', at: proof.filed_at },
    });
  });

  it('has no time where nobody could look', () => {
    const words = healthWords(found({ state: 'unchecked', reason: 'not_public', checked_at: AT }));
    expect([words.tone, words.at]).to.deep.equal(['plain', null]);
    expect(words.text).to.contain('this host can not look at it');
  });

  it('is that nobody has looked, where that is so, or the host is of a version that does not', () => {
    const nobody = { tone: 'plain', text: 'Nobody has looked at it yet', at: null };
    expect(healthWords(undefined)).to.deep.equal(nobody);
    expect(healthWords(found({ state: 'unchecked', checked_at: null }))).to.deep.equal(nobody);
    expect(streams.parse({ streams: [STREAM] }).streams[0]?.health).to.equal(undefined);
  });

  it('has words for what a later version may find', () => {
    expect(healthWords(found({ state: 'wrong', reason: 'new_reason' })).text).to.equal(
      'Cheats: it has something wrong',
    );
  });
});

import { expect } from 'chai';
import { expectsKeys } from '../../web/src/pages/provide/host/asked-words.ts';
import { lookWhileAwaited } from '../../web/src/playback/while-awaited.ts';
import { isStillToBeHad } from '../../web/src/publish/grants/key-grant.ts';

describe('what another host brings about', () => {
  it('is looked at ever more seldom, also after a look that failed, until it is left', async () => {
    const leaving = new AbortController();
    const pauses: number[] = [];
    let looks = 0;
    await lookWhileAwaited({
      async look() {
        looks += 1;
        if (looks === 1) throw new Error('the host is away');
      },
      async pause(ms) {
        if (pauses.push(ms) === 8) leaving.abort();
      },
      leaving: leaving.signal,
    });
    expect(pauses).to.deep.equal([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(looks).to.equal(7);
  });

  it('is awaited by a provider until the keys are here, or were refused', () => {
    expect(expectsKeys({ state: 'waiting', has_keys: false })).to.equal(true);
    expect(expectsKeys({ state: 'granted', has_keys: false })).to.equal(true);
    expect(expectsKeys({ state: 'granted', has_keys: true })).to.equal(false);
    expect(expectsKeys({ state: 'waiting', has_keys: true })).to.equal(false);
    expect(expectsKeys({ state: 'failed', has_keys: false })).to.equal(false);
  });

  it('is awaited by a creator until who was granted the keys has had them, as long as the grant lasts', () => {
    const nowMs = 1_000_000;
    expect(isStillToBeHad({ given_at_sec: null, expires_at_sec: 1_001 }, nowMs)).to.equal(true);
    expect(isStillToBeHad({ given_at_sec: null, expires_at_sec: 1_000 }, nowMs)).to.equal(false);
    expect(isStillToBeHad({ given_at_sec: 999, expires_at_sec: 1_001 }, nowMs)).to.equal(false);
  });
});

import { expect } from 'chai';
import { createMirrorAge } from '../../../../indexer/playback/sale/mirror-age.ts';

const NOON = 1_800_000_000;

describe('createMirrorAge()', () => {
  let nowSec: number;
  let isInStep: boolean;
  let newestSec: number;
  let asked: number;
  let onBlock: () => void;
  beforeEach(() => {
    [nowSec, isInStep, newestSec, asked] = [NOON, true, NOON, 0];
  });

  const ageOf = (ask: (() => Promise<number>) | null) =>
    createMirrorAge(
      {
        status: () => ({ synced: isInStep }),
        onIndexed(listener) {
          onBlock = listener;
        },
        newestBlockSec: ask,
      },
      () => nowSec,
    );
  const ask = async () => {
    asked += 1;
    return newestSec;
  };

  it('is none while the records are in step, where blocks come only when they are wanted', async () => {
    const age = ageOf(null);
    expect(await age()).to.equal(0);
    nowSec += 3_600;
    expect(await age()).to.equal(0);
  });

  it('grows from when they were last in step, as it was last seen', async () => {
    const age = ageOf(null);
    expect(await age()).to.equal(0);
    nowSec += 5;
    onBlock();
    isInStep = false;
    nowSec += 10;
    expect(await age()).to.equal(10);
  });

  it('is without end for records that never were', async () => {
    isInStep = false;
    expect(await ageOf(null)()).to.equal(Number.POSITIVE_INFINITY);
  });

  it('grows while an endpoint that answers stands still', async () => {
    const age = ageOf(ask);
    expect(await age()).to.equal(0);
    nowSec += 3_600;
    expect(await age()).to.equal(3_600);
    newestSec = nowSec - 12;
    nowSec += 10;
    expect(await age()).to.equal(22);
  });

  it('grows while it does not answer, and asks no more than every ten seconds', async () => {
    const age = ageOf(ask);
    for (let times = 0; times < 5; times++) await age();
    expect(asked).to.equal(1);
    const failing = ageOf(() => Promise.reject(new Error('no node')));
    expect(await failing()).to.equal(Number.POSITIVE_INFINITY);
  });
});

import { expect } from 'chai';
import { takeOver } from '../../../../indexer/playback/moving/take-over.ts';
import type { NewServeWish } from '../../../../indexer/store/book.ts';
import type { StreamRow } from '../../../../indexer/store/store.ts';
import { NotIndexedInTime } from '../../../../indexer/sync/errors.ts';

const ROW = { cid: 'a cid', cidKey: 'a cid', url: 'https://old.example.org/play/a' } as StreamRow;
const LOCKED = { ...ROW, cid: 'locked', cidKey: 'locked' };

describe('takeOver()', () => {
  it('tries until the records have caught up, and then moves once, and ends what has no keys here', async () => {
    let tries = 0;
    const wished: string[] = [];
    const deps = {
      elsewhere: { all: async () => [ROW, LOCKED] },
      serving: { wish: async ({ cid, ends }: NewServeWish) => void wished.push(`${cid} ${ends}`) },
      isLocked: async (cidKey: string) => cidKey === LOCKED.cidKey,
      storage: { stat: async () => ({}) },
      provider: null,
      chain: {
        head: async () => 9,
        async waitFor() {
          tries += 1;
          if (tries < 3) throw new NotIndexedInTime(9, tries, 30_000);
        },
      },
      log: { warn: () => undefined, info: () => undefined },
      nowSec: () => 1_000,
      signal: new AbortController().signal,
    } as unknown as Parameters<typeof takeOver>[0];
    await takeOver(deps, { endsOthers: true, pauseMs: 0 });
    expect(tries).to.equal(3);
    expect(wished).to.deep.equal(['a cid false', 'locked true']);
  });
});

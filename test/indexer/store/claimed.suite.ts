import { expect } from 'chai';
import type { RowChange } from '../../../indexer/store/rows.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { block, CONTRACT, commitsTo, hash, PROVIDER, VIEWER, viewRow } from './samples.ts';

const CHANNEL = hash('channel');

/** An event of a channel, in a block and log of its own. */
function happened(kind: string, [number, logIndex]: [number, number], more: object = {}): RowChange {
  return {
    table: 'channel_events',
    key: { block_number: number, log_index: logIndex },
    set: {
      ...{ kind, contract: CONTRACT, channel_id: CHANNEL, block_hash: hash(number), timestamp: number },
      ...{ tx_hash: hash(`tx ${number}`), payer: null, claimer: null, amount: null, seq: null, reason: null },
      ...more,
    },
  };
}
const claimed = (at: [number, number], seq: number, more: object = {}) =>
  happened('claimed', at, { claimer: PROVIDER, seq, amount: 5n, ...more });
const rejected = (at: [number, number], seq: number, more: object = {}) =>
  happened('rejected', at, { claimer: PROVIDER, seq, reason: 8, ...more });

/** What became of vouchers, for their provider. */
export function describeClaimed(store: () => Store): void {
  const { commit } = commitsTo(store);
  const FIRST = { blockNumber: -1, logIndex: 0 };

  it('claimsBy(): those of the provider, in order, behind a place, each in the epoch it was paid in', async () => {
    await commit(
      block(1, [claimed([1, 0], 0), claimed([1, 1], 1), claimed([1, 2], 3, { claimer: VIEWER })]),
      block(2, [rejected([2, 0], 2), happened('released', [2, 1]), claimed([2, 2], 4)]),
      block(3, [happened('withdraw_finalized', [3, 0]), claimed([3, 1], 5)]),
    );
    const claims = await store().claimsBy(PROVIDER, FIRST, 3);
    expect(claims[0]).to.deep.equal({
      ...{
        kind: 'claimed',
        contract: CONTRACT,
        channelId: CHANNEL,
        epoch: 1,
        seq: 0,
        amount: 5n,
        reason: null,
      },
      ...{ txHash: hash('tx 1'), timestampSec: 1, blockNumber: 1, logIndex: 0 },
    });
    expect(claims.map(({ seq, epoch }) => [seq, epoch])).to.deep.equal([
      [0, 1],
      [1, 1],
      [4, 2],
    ]);
    const rest = await store().claimsBy(PROVIDER, { blockNumber: 2, logIndex: 2 }, 3);
    expect(rest.map(({ seq, epoch }) => [seq, epoch])).to.deep.equal([[5, 3]]);
  });

  it('claimFrom(): the first claim of a number or a later one', async () => {
    await commit(block(1, [claimed([1, 0], 0), claimed([1, 1], 3), claimed([1, 2], 7)]));
    const found = async (seq: number) => (await store().claimFrom(CONTRACT, CHANNEL, seq))?.seq ?? null;
    expect(await Promise.all([0, 1, 3, 4, 8].map(found))).to.deep.equal([0, 3, 3, 7, null]);
    expect(await store().claimFrom(CONTRACT, hash('another'), 0)).to.equal(null);
  });

  it("rejectionOf(): the last one, and nobody else's", async () => {
    await commit(
      block(1, [rejected([1, 0], 2), rejected([1, 1], 2, { claimer: VIEWER, reason: 1 })]),
      block(2, [rejected([2, 0], 2, { reason: 6 }), rejected([2, 1], 3)]),
    );
    const voucher = { contract: CONTRACT, channelId: CHANNEL, provider: PROVIDER, seq: 2 };
    const found = await store().rejectionOf(voucher);
    expect(found).to.include({ kind: 'rejected', reason: 6, blockNumber: 2, amount: null });
    expect(await store().rejectionOf({ ...voucher, seq: 1 })).to.equal(null);
  });

  it('claimedUnits(): the items of one voucher, in the order signed', async () => {
    const at = { block: 1, logIndex: 4, source: 'voucher' } as const;
    await commit(
      block(1, [
        viewRow({ ...at, item: 1, contentId: hash('a'), units: 2, price: 3n }),
        viewRow({ ...at, item: 0, contentId: hash('b'), units: 1, price: 7n }),
        viewRow({ ...at, logIndex: 5 }),
      ]),
    );
    expect(await store().claimedUnits({ blockNumber: 1, logIndex: 4 })).to.deep.equal([
      { contentId: hash('b'), units: 1, price: 7n },
      { contentId: hash('a'), units: 2, price: 3n },
    ]);
  });

  it('epochEndedIn(): the block in which the deposit went back', async () => {
    await commit(
      block(1, [happened('released', [1, 0])]),
      block(2, [claimed([2, 0], 0)]),
      block(3, [happened('withdraw_finalized', [3, 0])]),
    );
    const ends = [1, 2, 3].map((epoch) => store().epochEndedIn(CONTRACT, CHANNEL, epoch));
    expect(await Promise.all(ends)).to.deep.equal([1, 3, null]);
  });
}

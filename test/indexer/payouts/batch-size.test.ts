import { expect } from 'chai';
import { dataLength, Wallet } from 'ethers';
import { viewRef } from '../../../indexer/contract/view-ref.ts';
import { payBatch } from '../../../indexer/payouts/pay.ts';
import { planPayments } from '../../../indexer/payouts/plan.ts';
import { findUnpaidViews } from '../../../indexer/payouts/unpaid-views.ts';
import type { ContentRow } from '../../../indexer/store/store.ts';
import { batchLimits } from '../../../indexer/txmgr/batch-limits.ts';
import { type PaymentsWorld, paymentsWorld } from './world.ts';

const NOON_SEC = Date.UTC(2024, 5, 1, 12) / 1000;
const LIMITS = batchLimits(60_000_000n);

describe('BatchSize', () => {
  let world: PaymentsWorld;

  beforeEach(async () => {
    world = await paymentsWorld();
  });
  afterEach(() => world.close());

  /** Records `count` views spread over the contents and `providers` accounts that have no credit yet. */
  async function record(count: number, contents: ContentRow[], providers: number, limits = LIMITS) {
    const process = world.process(undefined, { records: ':memory:', book: ':memory:' });
    const accounts = Array.from({ length: providers }, () => Wallet.createRandom().address.toLowerCase());
    for (let index = 0; index < count; index += 1) {
      const listing = contents[index % contents.length];
      const provider = accounts[index % providers];
      if (!listing || !provider) throw new RangeError('no content or provider');
      const { contract, contentId, cid, cidKey, creator, token, pricePerUnit: price } = listing;
      const identity = {
        contentId,
        viewer: world.viewer.address.toLowerCase(),
        provider,
        viewTimeSec: NOON_SEC + index,
      };
      await process.book.recordReport({
        ...identity,
        ref: viewRef(identity),
        ...{ contract, cid, cidKey, creator, token, price },
        txHash: null,
        receivedAtSec: NOON_SEC,
      });
    }
    const { unpaid } = await findUnpaidViews(process.deps, {}, []);
    return { process, plan: planPayments(unpaid, limits) };
  }

  async function publishMany(count: number): Promise<ContentRow[]> {
    const rows: ContentRow[] = [];
    for (let index = 0; index < count; index += 1)
      rows.push(await world.publish({ cid: `bafysample${index}` }));
    return rows;
  }

  for (const [views, contents, providers] of [
    [1, 1, 1],
    [300, 1, 1],
    [100, 20, 5],
    [60, 60, 60],
  ] as const) {
    it(`bounds the gas of ${views} views of ${contents} contents by ${providers} providers, and not by much`, async () => {
      const { process, plan } = await record(views, await publishMany(contents), providers);
      const [batch, ...others] = plan.batches;
      if (!batch) throw new Error('there is a batch');
      expect(others).to.deep.equal([]);
      const { gasUsed, paid } = await payBatch(process.deps, batch);
      expect(paid).to.have.lengthOf(views);
      expect(gasUsed <= batch.gas, `${gasUsed} of ${batch.gas}`).to.equal(true);
      expect(gasUsed * 5n >= batch.gas * 4n, `${gasUsed} of ${batch.gas}`).to.equal(true);
    });
  }

  it('holds for every transaction where one would not do', async () => {
    const limits = { maxGas: 400_000n, maxBytes: 3_000 };
    const { process, plan } = await record(200, await publishMany(3), 2, limits);
    expect(plan.batches.length).to.be.greaterThan(3);
    for (const batch of plan.batches) {
      const { paid, gasUsed, txHash } = await payBatch(process.deps, batch);
      expect(paid).to.have.lengthOf(batch.views.length);
      expect(gasUsed <= limits.maxGas).to.equal(true);
      const transaction = await world.chain.provider.getTransaction(txHash ?? '');
      expect(dataLength(transaction?.data ?? '0x')).to.be.lessThanOrEqual(limits.maxBytes);
    }
    expect((await findUnpaidViews(process.deps, {}, [])).unpaid).to.deep.equal([]);
  });
});

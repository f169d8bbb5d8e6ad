import Database from 'better-sqlite3';
import { expect } from 'chai';
import { payBatch } from '../../../indexer/payouts/pay.ts';
import { planPayments } from '../../../indexer/payouts/plan.ts';
import { findUnpaidViews } from '../../../indexer/payouts/unpaid-views.ts';
import type { ContentRow } from '../../../indexer/store/store.ts';
import { batchLimits } from '../../../indexer/txmgr/batch-limits.ts';
import { inFlight } from '../../../indexer/txmgr/nonces.ts';
import { type PaymentsWorld, PRICE, PROVIDER_SHARE_BPS, paymentsWorld } from './world.ts';

const NOON_SEC = Date.UTC(2024, 5, 1, 12) / 1000;
const PROVIDER_PART = (PRICE * BigInt(PROVIDER_SHARE_BPS)) / 10_000n;
const LIMITS = batchLimits(30_000_000n);

type Process = ReturnType<PaymentsWorld['process']>;

describe('distribution', () => {
  let world: PaymentsWorld;
  let listing: ContentRow;

  beforeEach(async () => {
    world = await paymentsWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  async function dueNow({ deps, book }: Process) {
    return findUnpaidViews(deps, {}, await inFlight(world.chain.provider, book));
  }
  async function plan(process: Process) {
    return planPayments((await dueNow(process)).unpaid, LIMITS);
  }
  async function distribute(process: Process) {
    const paid = [];
    for (const batch of (await plan(process)).batches) paid.push(await payBatch(process.deps, batch));
    return paid;
  }
  async function earned(views: bigint) {
    expect(await world.credits(world.provider)).to.equal(views * PROVIDER_PART);
    expect(await world.credits(world.creator)).to.equal(views * (PRICE - PROVIDER_PART));
  }

  it('pays every report once, to the wei, and nothing on a second run', async () => {
    const process = world.process();
    for (const offset of [0, 1, 2]) await process.report(listing, NOON_SEC + offset);
    const [batch, ...others] = await distribute(process);
    expect(others).to.deep.equal([]);
    expect(batch).to.include({ amount: 3n * PRICE, surplus: 0n });
    expect(batch?.paid).to.have.lengthOf(3);
    await earned(3n);

    expect(await distribute(process)).to.deep.equal([]);
    expect((await dueNow(process)).held.map(({ why }) => why)).to.deep.equal(['paid', 'paid', 'paid']);
    await earned(3n);
  });

  it('pays nothing twice when two runs start at once', async () => {
    const [one, other] = [world.process(), world.process()];
    for (let offset = 0; offset < 10; offset += 1) await one.report(listing, NOON_SEC + offset);
    const plans = [await plan(one), await plan(other)];
    const [[first], [second]] = [plans[0]?.batches ?? [], plans[1]?.batches ?? []];
    if (!first || !second) throw new Error('both runs have a plan');
    const results = await Promise.all([payBatch(one.deps, first), payBatch(other.deps, second)]);
    expect(results.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(10n * PRICE);
    expect(results.map(({ surplus }) => surplus)).to.deep.equal([0n, 0n]);
    await earned(10n);
  });

  it('pays nothing twice when the transaction of the first run is not mined yet', async () => {
    const [one, other] = [world.process(), world.process()];
    await one.report(listing, NOON_SEC);
    const [batch] = (await plan(one)).batches;
    if (!batch) throw new Error('there is a batch');
    await world.chain.call('evm_setAutomine', false);
    const first = payBatch(one.deps, batch);
    while ((await one.book.unfinishedSent()).length === 0) await new Promise(setImmediate);
    expect(await payBatch(other.deps, batch)).to.include({ txHash: null, amount: 0n });
    expect((await dueNow(other)).held.map(({ why }) => why)).to.deep.equal(['in flight']);
    await world.chain.call('evm_mine');
    expect((await first).paid).to.have.lengthOf(1);
    await earned(1n);
  });

  it('pays nothing twice when the database was lost and the reports are sent again', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC);
    await distribute(process);
    const fresh = world.process(undefined, pathsIn('fresh'));
    await fresh.report(listing, NOON_SEC);
    await fresh.report(listing, NOON_SEC + 1);
    const { unpaid, held } = await dueNow(fresh);
    expect(unpaid.map((view) => view.viewTimeSec)).to.deep.equal([NOON_SEC + 1]);
    expect(held.map(({ why }) => why)).to.deep.equal(['paid']);
    await distribute(fresh);
    await earned(2n);
  });

  it('pays new views after an old copy of the database was put back, and nothing twice', async () => {
    const backup = pathsIn('backup');
    const process = world.process();
    await process.report(listing, NOON_SEC);
    for (const name of ['records', 'book'] as const)
      copyDatabase(`${world.folder}/${name}.sqlite`, backup[name]);
    await distribute(process);
    await process.report(listing, NOON_SEC + 1);
    await distribute(process);
    const restored = world.process(undefined, backup);
    await restored.report(listing, NOON_SEC + 2);
    await restored.report(listing, NOON_SEC + 1);
    const { unpaid } = await dueNow(restored);
    expect(unpaid.map((view) => view.viewTimeSec)).to.deep.equal([NOON_SEC + 2]);
    await distribute(restored);
    await earned(3n);
  });

  it('pays nothing twice when the key was replaced before the index saw the payment', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC);
    await distribute(process);
    const replaced = world.process(world.wallet(8));
    expect((await dueNow(replaced)).held.map(({ why }) => why)).to.deep.equal(['paid']);
  });

  it('holds a report back while its viewer has paid on chain and the index has not seen it', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC);
    const { contentId } = listing;
    await world.as(world.viewer).payView(contentId, world.provider.address, 1, PRICE, { value: PRICE });
    expect((await dueNow(process)).held.map(({ why }) => why)).to.deep.equal(['payment not indexed']);
  });

  it('holds a report back for a day while the transaction that it names is not mined', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC, { txHash: `0x${'12'.repeat(32)}` });
    expect((await dueNow(process)).held.map(({ why }) => why)).to.deep.equal(['payment not mined']);
    const nowSec = () => Date.now() / 1000 + 86_400;
    const { unpaid } = await findUnpaidViews({ ...process.deps, nowSec }, {}, []);
    expect(unpaid).to.have.lengthOf(1);
  });

  it('pays the price in force now when it fell after the plan, and leaves a view whose price rose', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC);
    const [cheap] = (await plan(process)).batches;
    await changePrice(PRICE + 1n);
    if (!cheap) throw new Error('there is a batch');
    expect(await payBatch(process.deps, cheap)).to.include({ txHash: null, amount: 0n });
    const [dear] = (await plan(process)).batches;
    expect(dear?.amount).to.equal(PRICE + 1n);
    await world.chain.call('evm_increaseTime', 60);
    await changePrice(PRICE);
    if (!dear) throw new Error('there is a batch');
    expect(await payBatch(process.deps, dear)).to.include({ amount: PRICE, surplus: 0n });
    await earned(1n);
  });

  it('pays for content that was retired and for streams that ended', async () => {
    const process = world.process();
    await process.report(listing, NOON_SEC);
    await world.as(world.provider).deregisterStream(listing.contentId);
    await world.as(world.creator).retire(listing.contentId);
    await world.chain.call('evm_increaseTime', 60);
    await world.chain.call('evm_mine');
    await distribute(process);
    await earned(1n);
  });

  function pathsIn(name: string) {
    return { records: `${world.folder}/${name}.sqlite`, book: `${world.folder}/${name}-book.sqlite` };
  }

  function copyDatabase(from: string, to: string): void {
    const db = new Database(from);
    db.exec(`VACUUM INTO '${to}'`);
    db.close();
  }

  async function changePrice(price: bigint): Promise<void> {
    await world.as(world.creator).scheduleTerms(listing.contentId, price, PROVIDER_SHARE_BPS, 0);
    await world.chain.call('evm_increaseTime', 60);
    await world.chain.call('evm_mine');
  }
});

import { expect } from 'chai';
import {
  ContentUnknown,
  NotServedBy,
  PriceDiffers,
  recordView,
  ViewInFuture,
} from '../../../indexer/payouts/report-view.ts';
import type { ContentRow } from '../../../indexer/store/store.ts';
import { block, streamRow } from '../store/samples.ts';
import { type PaymentsWorld, PRICE, paymentsWorld } from './world.ts';

const NOON_SEC = Date.UTC(2024, 5, 1, 12) / 1000;

describe('recordView()', () => {
  let world: PaymentsWorld;
  let listing: ContentRow;

  beforeEach(async () => {
    world = await paymentsWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  const failure = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail('was recorded'),
      (error) => error,
    );

  it('throws PriceDiffers with the price in force on chain', async () => {
    const { report, store } = world.process();
    const error = await failure(report(listing, NOON_SEC, { price: PRICE - 1n }));
    expect(error).to.be.instanceOf(PriceDiffers).with.property('expected', PRICE);
    expect(await store.unsettledReports({})).to.deep.equal([]);
  });

  it('throws ViewInFuture for a view more than five minutes ahead', async () => {
    const { deps } = world.process();
    const view = {
      listing,
      viewer: world.viewer.address,
      provider: world.provider.address,
      price: PRICE,
      txHash: null,
    };
    const at = (viewTimeSec: number) =>
      recordView({ ...deps, nowSec: () => NOON_SEC }, { ...view, viewTimeSec });
    const error = await failure(at(NOON_SEC + 301));
    expect(error)
      .to.be.instanceOf(ViewInFuture)
      .with.property('latestSec', NOON_SEC + 300);
    expect((await at(NOON_SEC + 300)).isNew).to.equal(true);
  });

  it('throws NotServedBy for a provider that never registered a stream', async () => {
    const { deps } = world.process();
    const stranger = world.wallet(9).address;
    const view = { listing, viewer: world.viewer.address, provider: stranger, price: PRICE, txHash: null };
    const error = await failure(recordView(deps, { ...view, viewTimeSec: NOON_SEC }));
    expect(error).to.be.instanceOf(NotServedBy).with.property('provider', stranger);
  });

  it('throws ContentUnknown when the chain has lost the content', async () => {
    const { deps, store } = world.process();
    const lost = { ...listing, contentId: `0x${'ab'.repeat(32)}` };
    const provider = world.provider.address.toLowerCase();
    const key = { contract: lost.contract, content_id: lost.contentId, provider };
    await store.commitBlocks([block(1, [{ ...streamRow(provider, true, { block: 1 }), key }])], {
      undoable: true,
    });
    const view = { listing: lost, viewer: world.viewer.address, provider, price: PRICE, txHash: null };
    const error = await failure(recordView(deps, { ...view, viewTimeSec: NOON_SEC }));
    expect(error).to.be.instanceOf(ContentUnknown);
  });

  it('records the view with its ref, unsettled', async () => {
    const { report, store } = world.process();
    expect(await report(listing, NOON_SEC)).to.deep.equal({ isNew: true, linkedTo: null });
    const [row, ...others] = await store.unsettledReports({});
    expect(others).to.deep.equal([]);
    expect(row).to.include({ viewTimeSec: NOON_SEC, price: PRICE });
    expect(row?.viewer).to.equal(world.viewer.address.toLowerCase());
  });

  it('counts identical reports as one view, also when several processes record them at once', async () => {
    const [one, other] = [world.process(), world.process()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).report(listing, NOON_SEC)),
    );
    expect(answers.filter((answer) => answer.isNew)).to.have.lengthOf(1);
    await one.report(listing, NOON_SEC + 1);
    expect(await one.store.unsettledReports({})).to.have.lengthOf(2);
  });

  it('filters what is unsettled by CID and by time, the end excluded', async () => {
    const { report, store } = world.process();
    for (const offset of [0, 10, 20]) await report(listing, NOON_SEC + offset);
    const times = async (filter: Parameters<typeof store.unsettledReports>[0]) =>
      (await store.unsettledReports(filter)).map((row) => row.viewTimeSec - NOON_SEC);
    expect(await times({ fromSec: NOON_SEC + 10 })).to.deep.equal([10, 20]);
    expect(await times({ toSec: NOON_SEC + 20 })).to.deep.equal([0, 10]);
    expect(await times({ cidKey: listing.cidKey })).to.deep.equal([0, 10, 20]);
    expect(await times({ cidKey: 'bafkother' })).to.deep.equal([]);
  });
});

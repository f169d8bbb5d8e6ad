import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { termsInForce } from '../../../indexer/contract/effective-terms.ts';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { busyDay } from './story.ts';
import { CID, PRICE, startWorld, type World } from './world.ts';

describe('the records', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it('show a direct payment with both parts, the price and the time of its block', async () => {
    const contentId = await world.publish();
    const blockNumber = await world.pay(contentId, { units: 3 });
    const { settled, store } = await world.startIndexer();
    await settled();
    const [view] = (await store.views({ by: 'viewer', key: world.viewer, limit: 9 })).rows;
    const block = (await world.node.send('eth_getBlockByNumber', `0x${blockNumber.toString(16)}`, false)) as {
      timestamp: string;
    };
    const { creator, provider, viewer } = world;
    expect(view).to.include({
      contentId,
      cid: CID,
      creator,
      provider,
      viewer,
      source: 'direct',
      settled: true,
    });
    expect(view).to.include({
      price: PRICE,
      units: 3,
      amount: 3n * PRICE,
      timestampSec: Number(block.timestamp),
    });
    expect(view?.providerAmount).to.equal((3n * PRICE * 3_333n) / 10_000n);
    expect((view?.creatorAmount ?? 0n) + (view?.providerAmount ?? 0n)).to.equal(3n * PRICE);
    expect(view?.blockNumber).to.equal(blockNumber);
  });

  it('show each sponsored view with the time it was watched', async () => {
    const contentId = await world.publish();
    await world.sponsorViews(contentId, [
      { viewTimeSec: 1_700_000_000, counter: 1 },
      { viewTimeSec: 1_700_000_060, counter: 2, units: 2, viewer: world.creator },
    ]);
    const { settled, store } = await world.startIndexer();
    await settled();
    const { rows } = await store.views({ by: 'cid', key: CID, limit: 9 });
    expect(rows.map((row) => [row.timestampSec, row.units, row.source, row.viewer])).to.deep.equal([
      [1_700_000_060, 2, 'sponsored', world.creator],
      [1_700_000_000, 1, 'sponsored', world.viewer],
    ]);
    expect(rows.map((row) => row.id.split(':').at(-1))).to.deep.equal(['1', '0']);
  });

  it('add up to what the contract owes, through payments, sponsorship, surplus and withdrawal', async () => {
    const contentId = await world.publish();
    await world.pay(contentId, { units: 5 });
    await world.act(world.creator, 'withdraw', [ZeroAddress]);
    await world.pay(contentId, { viewer: world.sponsor });
    await world.sponsorViews(contentId, [{ viewTimeSec: 9, counter: 1 }], { surplus: 77n });
    // The provider watches its own stream of its own content, and so has all the roles.
    const own = await world.publish('own', world.provider);
    await world.pay(own, { viewer: world.provider });
    const { settled, store } = await world.startIndexer();
    await settled();
    for (const wallet of [world.creator, world.provider, world.sponsor]) {
      const { byToken, byDay } = await store.earnings(wallet);
      const [credit] = byToken;
      const owed = await world.owed(wallet);
      expect((credit?.credited ?? 0n) - (credit?.withdrawn ?? 0n), wallet).to.equal(owed);
      expect(byDay.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(credit?.credited);
    }
    const roles = (await store.earnings(world.provider)).byDay.map(({ role }) => role);
    expect(roles).to.deep.equal(['creator', 'provider']);
    expect(
      (await store.earnings(world.sponsor)).byDay.map(({ role, amount }) => [role, amount]),
    ).to.deep.equal([['sponsor', 77n]]);
  });

  it('know the terms in force and those to come, through replacement, cancellation and retirement', async () => {
    const contentId = await world.publish();
    const { settled, store } = await world.startIndexer();
    const content = async () => {
      await settled();
      const row = await store.contentById(world.contract.address, contentId);
      if (!row) throw new Error('the content is gone');
      return row;
    };
    const terms = { pricePerUnit: PRICE, providerShareBps: 3_333, unit: 'view' };
    expect(await content()).to.deep.include({
      ...terms,
      scheduled: null,
      creator: world.creator,
      cid: CID,
    });

    await world.act(world.creator, 'scheduleTerms', [contentId, 5n, 1, 1]);
    await world.act(world.creator, 'scheduleTerms', [contentId, 7n, 9_999, 1]);
    const scheduled = await content();
    const next = { pricePerUnit: 7n, providerShareBps: 9_999, unit: 'minute' };
    expect(scheduled).to.deep.include({ ...terms });
    expect(scheduled.scheduled?.terms).to.deep.equal(next);

    await world.act(world.creator, 'cancelTerms', [contentId]);
    expect(await content()).to.deep.include({ ...terms, scheduled: null });

    await world.act(world.creator, 'scheduleTerms', [contentId, 7n, 9_999, 1]);
    await world.node.send('evm_increaseTime', 100);
    await world.act(world.creator, 'retire', [contentId]);
    const retiring = await content();
    expect(retiring).to.deep.include({ ...next });
    expect(retiring.scheduled?.terms).to.equal(null);

    await world.node.send('evm_increaseTime', 100);
    await world.node.mine(1);
    const { timestamp } = (await world.node.send('eth_getBlockByNumber', 'latest', false)) as Record<
      string,
      string
    >;
    expect(termsInForce(await content(), Number(timestamp)).retired).to.equal(true);

    await world.act(world.creator, 'publish', [
      { ...terms, unit: 0, cid: CID, token: ZeroAddress, name: 'Again', metadata: '{}' },
    ]);
    const returning = await content();
    expect(returning).to.deep.include({ ...next, retired: true, videoName: 'Again', metadata: '{}' });
    expect(returning.scheduled?.terms).to.deep.equal(terms);
    const { effectiveAtSec = 0 } = returning.scheduled ?? {};
    expect(termsInForce(returning, effectiveAtSec - 1).retired).to.equal(true);
    expect(termsInForce(returning, effectiveAtSec)).to.deep.equal({ ...terms, retired: false });

    await world.act(world.creator, 'cancelTerms', [contentId]);
    expect(await content()).to.deep.include({ ...next, retired: true, scheduled: null });
  });

  it('are the same from a backfill as block by block', async () => {
    await world.node.mine(5);
    await busyDay(world);
    const near = await world.fromScratch();
    const afar = await world.fromScratch({ keepBlocks: 2, historical: { initialWidth: 7 } });
    expect(afar).to.deep.equal(near);
    expect(near.streaming_access_logs?.length).to.be.greaterThan(10);
  });

  it('are the same from an endpoint that takes narrow ranges only', async () => {
    await busyDay(world);
    const expected = await world.fromScratch();
    world.rpc.disturb(async (one, answer) => {
      const { fromBlock = '0x0', toBlock = '0x0' } = (one.params[0] ?? {}) as Record<string, string>;
      if (one.method !== 'eth_getLogs' || Number(toBlock) - Number(fromBlock) < 3) return answer();
      throw new RpcError('too-much', one.method, 'eth_getLogs is limited to a 3 range');
    });
    const { settled } = await world.startIndexer({ keepBlocks: 2 });
    expect(await settled()).to.deep.equal(expected);
  });

  it('hold a contract that was deployed while nobody knew it', async () => {
    const { settled, stop, path } = await world.startIndexer({ keepBlocks: 3 });
    await busyDay(world);
    const second = await world.deployAnother();
    await world.act(world.creator, 'publish', [publicationOf('elsewhere')], { to: second.address });
    await world.node.mine(30);
    await settled();
    await stop();
    const deployments = [world.contract, second];
    const again = await world.startIndexer({ path, deployments, keepBlocks: 3 });
    expect(await again.settled()).to.deep.equal(await world.fromScratch({ deployments }));
    expect(await again.store.isListed('elsewhere')).to.equal(true);
  });

  it('go on where they stood after a stop', async () => {
    const first = await world.startIndexer();
    const contentId = await world.publish();
    await first.settled();
    await first.stop();
    await world.pay(contentId);
    const second = await world.startIndexer({ path: first.path });
    expect(await second.settled()).to.deep.equal(await world.fromScratch());
  });
});

function publicationOf(cid: string) {
  return {
    cid,
    token: ZeroAddress,
    pricePerUnit: 5n,
    providerShareBps: 1,
    unit: 1,
    name: cid,
    metadata: '',
  };
}

import { expect } from 'chai';
import { toQuantity } from 'ethers';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { EVENT_TOPICS } from '../../../types/stream-host-events.ts';
import type { Fault } from '../sync/faults.ts';
import { until } from '../sync/until.ts';
import { CID, PRICE, type Process, startWorld, type World } from '../sync/world.ts';

/** A short history compared with its headers at once, and none of it. */
const AT_ONCE = { keepBlocks: 8, verifiedAtOnce: 10_000 };
/** All in one answer. */
const ONE_RANGE = { historical: { initialWidth: 1_000 } };
const LATER = { keepBlocks: 8, verifiedAtOnce: 4 };

describe('records that miss what an endpoint withheld', () => {
  let world: World;
  let contentId: string;
  beforeEach(async () => {
    world = await startWorld();
    contentId = await world.publish();
  });
  afterEach(() => world.close());

  /** The chain goes on without the indexer: views far apart, and a long silence. */
  async function viewsMeanwhile(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth++) {
      await world.pay(contentId);
      await world.node.mine(9);
    }
    await world.node.mine(40);
  }

  /** Starts an indexer behind `fault`, and notes whether it was ever ready without all rows of `expected`. */
  async function startBehind(fault: Fault, options: object): Promise<{ process: Process; liedAt: number[] }> {
    const expected = await world.fromScratch();
    const liedAt: number[] = [];
    let process: Process | undefined;
    const views = async () =>
      (await process?.store.views({ by: 'cid', key: CID, limit: 500 }))?.rows.length ?? 0;
    world.rpc.disturb(async (one, answer) => {
      const { synced, indexed } = process?.indexer.status() ?? { synced: false, indexed: 0 };
      if (synced && (await views()) < (expected.streaming_access_logs?.length ?? 0))
        liedAt.push(indexed ?? 0);
      return await fault(one, answer);
    });
    process = await world.startIndexer(options);
    return { process, liedAt };
  }

  const isRange = (params: readonly unknown[]) => 'fromBlock' in (params[0] as object);
  const noReceipts: Fault = async ({ method }, answer) => {
    if (/Receipts?$/.test(method)) throw new RpcError('unsupported', method, 'no');
    return await answer();
  };
  /** Ranges of logs are answered by what `change` leaves of them, `times` often. */
  function withheld(times: number, change: (logs: object[]) => object[]): Fault {
    let left = times;
    return async ({ method, params }, answer) => {
      const answered = await answer();
      if (method !== 'eth_getLogs' || !isRange(params) || left-- <= 0) return answered;
      return change(answered as object[]);
    };
  }

  it('are never ready, and find twelve views in a range that was answered by nothing', async () => {
    await viewsMeanwhile(12);
    const { process, liedAt } = await startBehind(
      withheld(Number.POSITIVE_INFINITY, () => []),
      AT_ONCE,
    );
    expect(await process.settled()).to.deep.equal(await world.fromScratch());
    await until('ready', () => process.indexer.status().synced);
    expect(liedAt).to.deep.equal([]);
  });

  it('are never ready while logs and receipts are withheld, and whole when they come', async () => {
    await viewsMeanwhile(12);
    let isBlind = true;
    const { process, liedAt } = await startBehind(async (one, answer) => {
      if (!isBlind) return await answer();
      return one.method === 'eth_getLogs' ? [] : await noReceipts(one, answer);
    }, AT_ONCE);
    await until('a failure', () => process.indexer.status().lastError !== null);
    isBlind = false;
    expect(await process.settled()).to.deep.equal(await world.fromScratch());
    expect(liedAt).to.deep.equal([]);
  });

  it('of what later ones name are looked for, and read again', async () => {
    await viewsMeanwhile(12);
    // The publication is in the first range, and what names it in later ones.
    const { process, liedAt } = await startBehind(
      withheld(1, () => []),
      { ...LATER, historical: { initialWidth: 20 } },
    );
    await until('ready', () => process.indexer.status().synced);
    expect(await process.settled()).to.deep.equal(await world.fromScratch());
    expect(liedAt).to.deep.equal([]);
  });

  it('are whole also where a publication is always left out, beside what names it', async () => {
    await viewsMeanwhile(2);
    const isPublication = (log: object) =>
      (log as { topics: string[] }).topics[0] === EVENT_TOPICS.ContentPublished;
    const { process, liedAt } = await startBehind(
      withheld(Number.POSITIVE_INFINITY, (logs) => logs.filter((log) => !isPublication(log))),
      { ...LATER, ...ONE_RANGE },
    );
    await until('ready', () => process.indexer.status().synced);
    expect(await process.settled()).to.deep.equal(await world.fromScratch());
    expect(liedAt).to.deep.equal([]);
  });

  for (const [what, change] of [
    ['all logs', () => []],
    ['the last log', (logs: object[]) => logs.slice(0, -1)],
    ['one log in the middle', (logs: object[]) => logs.toSpliced(logs.length >> 1, 1)],
  ] as const) {
    it(`of ${what} of a long history differ from the sums of the chain, and are read again`, async () => {
      await viewsMeanwhile(12);
      const { process, liedAt } = await startBehind(withheld(1, change), { ...LATER, ...ONE_RANGE });
      await until('ready', () => process.indexer.status().synced);
      expect(await process.settled()).to.deep.equal(await world.fromScratch());
      expect(liedAt).to.deep.equal([]);
      expect(world.rpc.switches).to.be.greaterThan(0);
    });
  }

  it('of a change without money differ from what the contract says', async () => {
    const announced = await world.act(world.creator, 'scheduleTerms', [contentId, PRICE + 1n, 100, 1]);
    await viewsMeanwhile(2);
    const isAnnouncement = (log: object) =>
      Number((log as { blockNumber: string }).blockNumber) === announced;
    const { process } = await startBehind(
      withheld(1, (logs) => logs.filter((log) => !isAnnouncement(log))),
      { ...LATER, ...ONE_RANGE },
    );
    await until('ready', () => process.indexer.status().synced);
    expect(await process.settled()).to.deep.equal(await world.fromScratch());
  });

  it('are not suspected because of money that somebody sent to the contract by force', async () => {
    await viewsMeanwhile(2);
    const { address } = world.contract;
    const balance = BigInt(String(await world.node.send('eth_getBalance', address, 'latest')));
    await world.node.send('hardhat_setBalance', address, toQuantity(balance + 1n));
    await world.node.mine(1);
    const { indexer } = await world.startIndexer(LATER);
    await until('ready', () => indexer.status().synced);
    expect(indexer.status().verifiedTo).to.equal(indexer.status().indexed);
    const other = await world.startIndexer(AT_ONCE);
    await until('ready', () => other.indexer.status().synced);
  });

  it('tell up to where they are compared, over restarts, until all of them are', async () => {
    await viewsMeanwhile(15);
    let isStopped = true;
    const stopHeaders: Fault = async ({ method, params }, answer) => {
      if (isStopped && method === 'eth_getBlockByNumber' && params[0] === toQuantity(30))
        throw new RpcError('unreachable', method, 'gone');
      return await answer();
    };
    world.rpc.disturb(stopHeaders);
    const first = await world.startIndexer(LATER);
    await until('ready', () => first.indexer.status().synced);
    const { verifiedTo } = first.indexer.status();
    expect(verifiedTo).to.equal(world.contract.startBlock - 1);
    await first.stop();
    const second = await world.startIndexer({ ...LATER, path: first.path });
    expect(second.indexer.status().verifiedTo).to.equal(verifiedTo);
    isStopped = false;
    await until('all compared', () => second.indexer.status().verifiedTo === second.indexer.status().indexed);
  });
});

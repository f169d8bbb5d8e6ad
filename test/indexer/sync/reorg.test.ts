import { expect } from 'chai';
import type { NewReport } from '../../../indexer/store/book.ts';
import { ReorgTooDeep, WrongChain } from '../../../indexer/sync/errors.ts';
import { report } from '../store/samples.ts';
import { fork } from './story.ts';
import { failed, looked, until } from './until.ts';
import { CID, startWorld, type World } from './world.ts';

describe('a reorganisation', () => {
  let world: World;
  let contentId: string;
  beforeEach(async () => {
    world = await startWorld();
    contentId = await world.publish();
    await world.pay(contentId);
    await world.node.mine(3);
  });
  afterEach(() => world.close());

  /** Takes back every block after `act`, and lets `instead` happen. */
  async function reorganise(
    act: () => Promise<unknown>,
    instead: () => Promise<unknown>,
    between: () => Promise<unknown>,
  ) {
    const snapshot = await world.node.send('evm_snapshot');
    await act();
    await between();
    await world.node.send('evm_revert', snapshot);
    await instead();
  }

  for (const depth of [1, 5, 30]) {
    for (const [kind, more] of [
      ['a longer', 3],
      ['an equally long', 0],
      ['a shorter', depth === 1 ? 0 : -1],
    ] as const) {
      it(`of ${depth} blocks for ${kind} chain leaves the rows of the new chain alone`, async () => {
        const { settled, live, store } = await world.startIndexer();
        await reorganise(
          () => fork(world, contentId, depth, 1),
          () => fork(world, contentId, depth + more, 2),
          settled,
        );
        expect(await settled()).to.deep.equal(await world.fromScratch());
        expect((await live.all()).map(({ url }) => url)).to.deep.equal(
          (await store.activeStreams()).map(({ url }) => url),
        );
      });
    }
  }

  for (const depth of [1, 2, 13]) {
    it(`of ${depth} blocks is told to listeners, with the very block that stayed`, async () => {
      const { indexer, settled } = await world.startIndexer();
      const told: (number | undefined)[] = [];
      indexer.onIndexed(({ reorganised, cursor }) => {
        if (reorganised) told.push(cursor?.number);
      });
      const stays = await world.node.head();
      await reorganise(
        () => fork(world, contentId, depth, 1),
        () => fork(world, contentId, depth, 2),
        settled,
      );
      await settled();
      expect(told).to.deep.equal([stays]);
    });
  }

  it('that happened long ago, while the indexer was stopped, is noticed before a backfill goes on', async () => {
    const first = await world.startIndexer({ keepBlocks: 8 });
    await reorganise(
      () => fork(world, contentId, 5, 1),
      () => fork(world, contentId, 60, 2),
      async () => {
        await first.settled();
        await first.stop();
      },
    );
    const second = await world.startIndexer({ keepBlocks: 8, path: first.path });
    expect(await second.settled()).to.deep.equal(await world.fromScratch());
  });

  it('opens the report of a view that is gone, and covers it when the view comes back', async () => {
    const { settled, store, book } = await world.startIndexer();
    await settled();
    const now = Math.floor(Date.now() / 1000);
    const { contract, viewer, provider, creator } = world;
    const mine: NewReport = report({
      ...{ contract: contract.address, contentId, viewer, provider, creator },
      viewTimeSec: now,
    });
    const linked = async () => {
      await settled();
      await book.recordReport(mine);
      return await store.coveringView(mine.ref);
    };
    // The payment of the set-up covers one report, this one needs another.
    await book.recordReport({ ...mine, ref: `0x${'0f'.repeat(32)}` });
    expect(await linked()).to.equal(null);
    const snapshot = await world.node.send('evm_snapshot');
    await world.pay(contentId);
    expect(await linked()).to.be.a('string');
    await world.node.send('evm_revert', snapshot);
    await world.node.mine(2);
    expect(await linked()).to.equal(null);
    await world.pay(contentId);
    expect(await linked()).to.be.a('string');
  });

  it('that only takes blocks back is followed at once where the chain is in process', async () => {
    const { indexer, settled } = await world.startIndexer({ shorterChainTimeoutMs: 0 });
    let head = 0;
    await reorganise(
      () => fork(world, contentId, 4, 1),
      async () => {},
      async () => {
        await settled();
        head = await world.node.head();
      },
    );
    const back = head - 4;
    await until('rows and head are taken back', () => indexer.status().head === back);
    expect(indexer.status()).to.include({ indexed: back, lagBlocks: 0, synced: true });
    expect(await settled()).to.deep.equal(await world.fromScratch());
  });

  it('that only takes blocks back moves nothing at an endpoint: it may lag', async () => {
    const { store, settled } = await world.startIndexer({ shorterChainTimeoutMs: 60_000 });
    let head = 0;
    await reorganise(
      () => fork(world, contentId, 4, 1),
      async () => {},
      async () => {
        await settled();
        head = await world.node.head();
      },
    );
    await looked(world, 3);
    expect((await store.cursor())?.number).to.equal(head);
  });

  it('to a shorter chain waits for patience: the endpoint may only lag', async () => {
    const { settled, store } = await world.startIndexer({ shorterChainTimeoutMs: 60_000 });
    let head = 0;
    await reorganise(
      () => fork(world, contentId, 4, 1),
      () => fork(world, contentId, 2, 2),
      async () => {
        await settled();
        head = await world.node.head();
      },
    );
    await looked(world, 3);
    expect((await store.cursor())?.number).to.equal(head);
    await fork(world, contentId, 3, 3);
    expect(await settled()).to.deep.equal(await world.fromScratch());
  });

  it('deeper than what can be undone changes nothing and says what to do', async () => {
    const { indexer, settled, store } = await world.startIndexer({ keepBlocks: 4 });
    let before: unknown;
    await reorganise(
      () => fork(world, contentId, 40, 1),
      () => fork(world, contentId, 41, 2),
      async () => {
        await world.node.mine(64);
        before = await settled();
      },
    );
    await world.node.mine(80);
    await until('told', () => indexer.status().lastError instanceof ReorgTooDeep);
    const error = indexer.status().lastError;
    expect(error?.message).to.match(/ETH_RPC_URL.*DATA_DIR/);
    expect((await store.views({ by: 'cid', key: CID, limit: 500 })).rows.length).to.equal(
      (before as { streaming_access_logs: unknown[] }).streaming_access_logs.length,
    );
  });

  it('of everything, the deployment too, starts over', async () => {
    const { settled, book } = await world.startIndexer();
    await book.recordReport(report());
    await settled();
    await world.beginAnew();
    await world.pay(await world.publish('other'));
    await world.node.mine(10);
    const expected = await world.fromScratch();
    const rows = await settled();
    const reported = rows.streaming_access_logs?.filter(
      (row) => (row as { source: string }).source === 'reported',
    );
    expect(reported?.length).to.equal(1);
    expect(withoutReports(rows)).to.deep.equal(withoutReports(expected));
  });

  it('to another chain altogether is told as WrongChain', async () => {
    const { indexer, settled } = await world.startIndexer();
    await settled();
    const other = await startWorld();
    try {
      await other.node.mine(await world.node.head());
      world.rpc.disturb((one) =>
        other.node.provider.request({ method: one.method, params: [...one.params] }),
      );
      await failed(indexer);
      expect(indexer.status().lastError).to.be.instanceOf(WrongChain);
    } finally {
      await other.close();
    }
  });
});

/** The rows of the chain; their `seq` leaves gaps for reports. */
function withoutReports(rows: Record<string, unknown[]>) {
  const logs = (rows.streaming_access_logs ?? []) as { seq: number; source: string }[];
  return {
    ...rows,
    streaming_access_logs: logs.filter((row) => row.source !== 'reported').map(({ seq, ...row }) => row),
  };
}

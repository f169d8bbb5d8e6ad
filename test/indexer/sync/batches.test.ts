import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { createIndexer } from '../../../indexer/compose/indexer.ts';
import { hostInterface } from '../../../indexer/contract/interface.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { batchesOf } from '../../../indexer/sync/batches.ts';
import type { SourceBlock } from '../../../indexer/sync/header.ts';
import { claim, openChannel } from './channels.ts';
import { CID, PRICE, silent, startWorld } from './world.ts';

const WITHDRAWN = hostInterface.encodeEventLog('Withdrawn', [ZeroAddress, ZeroAddress, ZeroAddress, 1n]);

/** A block with so many logs that make one row each. */
const block = (number: number, rows = 0) => {
  const log = { ...WITHDRAWN, address: `0x${'11'.repeat(20)}`, txHash: '0x', logIndex: 0 };
  return { number, logs: Array(rows).fill(log) } as unknown as SourceBlock;
};
const numbers = (blocks: SourceBlock[], maxRows?: number) =>
  [...batchesOf(blocks, maxRows)].map((portion) => portion.map((decoded) => decoded.block.number));

describe('batchesOf()', () => {
  it('keeps blocks with little in them together', () => {
    expect(numbers([])).to.deep.equal([]);
    expect(numbers([block(1, 10), block(2), block(3, 64)])).to.deep.equal([[1, 2, 3]]);
  });

  it('cuts before what would be too much together, and never a block', () => {
    const blocks = [block(1, 60), block(2, 60), block(3, 180), block(4), block(5, 1)];
    expect(numbers(blocks, 100)).to.deep.equal([[1], [2], [3], [4, 5]]);
  });

  it('makes few of a history of many small logs', () => {
    const blocks = Array.from({ length: 100 }, (_, index) => block(index, 200));
    expect(numbers(blocks).map(({ length }) => length)).to.deep.equal([40, 40, 20]);
  });
});

describe('a backfill', () => {
  it('commits thousands of views at a time', async () => {
    const world = await startWorld();
    try {
      const contentId = await world.publish();
      for (let call = 0; call < 4; call++) {
        const views = Array.from({ length: 300 }, (_, nth) => ({
          counter: call * 300 + nth,
          viewTimeSec: 1_700_000_000 + nth,
        }));
        await world.sponsorViews(contentId, views);
      }
      await world.node.mine(20);
      let commits = 0;
      const { indexer, store, settled } = await world.startIndexer({ keepBlocks: 4 });
      indexer.onIndexed(({ blocks }) => {
        commits += Number(blocks.some(({ changes }) => changes.length > 0));
      });
      await settled();
      expect((await store.views({ by: 'cid', key: CID, limit: 2_000 })).rows.length).to.equal(1_200);
      expect(commits).to.equal(1);
    } finally {
      await world.close();
    }
  });
});

describe('large bills', () => {
  it('are written a portion at a time, with all their items', async () => {
    const world = await startWorld();
    const contentIds = Array<string>(2_500).fill(await world.publish());
    const channel = await openChannel(world, 20_000n * PRICE);
    for (const seq of [0, 1, 2, 3, 4, 5, 6, 7]) await claim(world, channel, { seq, units: 1, contentIds });
    const store = openSqliteStore({ path: ':memory:' });
    const { rpc, contract, node } = world;
    const options = { rpc, store, deployments: [contract], log: silent };
    const indexer = createIndexer(options);
    let commits = 0;
    indexer.onIndexed(() => {
      commits += 1;
    });
    try {
      await indexer.start();
      await indexer.waitFor(Number(await node.send('eth_blockNumber')));
      const [row] = await store.channelsById(channel.id);
      expect(row).to.include({ claimed: 20_000n * PRICE, deposit: 0n });
      // Three bills of 2,500 items at a time; what came before them is with the first.
      expect(commits).to.equal(3);
    } finally {
      await indexer.stop();
      await store.close();
      await world.close();
    }
  });
});

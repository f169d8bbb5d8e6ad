import { expect } from 'chai';
import type { SourceBlock } from '../../../indexer/chain/blocks.ts';
import { portionsOf } from '../../../indexer/chain/portions.ts';
import { createIndexer } from '../../../indexer/chain/sync.ts';
import { createMemoryLive } from '../../../indexer/live/memory.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { claim, openChannel } from './channels.ts';
import { PRICE, silent, startWorld } from './world.ts';

const block = (number: number, ...digits: number[]) =>
  ({ number, logs: digits.map((count) => ({ data: '0'.repeat(count) })) }) as unknown as SourceBlock;
const numbers = (blocks: SourceBlock[]) =>
  [...portionsOf(blocks)].map((portion) => portion.map(({ number }) => number));

describe('portionsOf()', () => {
  it('keeps blocks with little in them together', () => {
    expect(numbers([])).to.deep.equal([]);
    expect(numbers([block(1, 10), block(2), block(3, 64, 64)])).to.deep.equal([[1, 2, 3]]);
  });

  it('cuts before what would be too much together, and never a block', () => {
    const blocks = [block(1, 60_000), block(2, 60_000), block(3, 90_000, 90_000), block(4), block(5, 1)];
    expect(numbers(blocks)).to.deep.equal([[1], [2], [3], [4, 5]]);
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
    const options = { rpc, store, live: createMemoryLive(), deployments: [contract], log: silent };
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
      // Three bills of 15,000 bytes at a time; what came before them is with the first.
      expect(commits).to.equal(3);
    } finally {
      await indexer.stop();
      await store.close();
      await world.close();
    }
  });
});

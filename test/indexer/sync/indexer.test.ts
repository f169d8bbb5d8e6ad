import { expect } from 'chai';
import { toQuantity } from 'ethers';
import { createIndexer } from '../../../indexer/compose/indexer.ts';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { NotIndexedInTime, WrongChain } from '../../../indexer/sync/errors.ts';
import { rejected } from '../../rejection.ts';
import { createKeptLive } from '../live/kept-live.ts';
import { failed, looked, until } from './until.ts';
import { CID, silent, startWorld, type World } from './world.ts';

describe('createIndexer()', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  describe('start()', () => {
    it('throws TypeError without a deployment', () => {
      const store = openSqliteStore({ path: ':memory:' });
      const options = { rpc: world.rpc, store, deployments: [], log: silent };
      expect(() => createIndexer(options)).to.throw(TypeError, 'at least one deployment');
    });

    it('rejects with WrongChain when the records are of another chain, and leaves them alone', async () => {
      const first = await world.startIndexer();
      const rows = await first.settled();
      await first.stop();
      const other = await startWorld();
      try {
        const error = await rejected(
          other.startIndexer({ path: first.path, deployments: [world.contract] }),
          WrongChain,
        );
        expect(error.stored.genesisHash).not.to.equal(error.served.genesisHash);
        expect(error.message).to.match(/ETH_RPC_URL.*DATA_DIR/);
      } finally {
        await other.close();
      }
      const again = await world.startIndexer({ path: first.path });
      expect(await again.settled()).to.deep.equal(rows);
    });

    it('rejects when the chain can not be reached', async () => {
      world.rpc.disturb(async ({ method }) => {
        throw new RpcError('unreachable', method, 'down');
      });
      expect((await rejected(world.startIndexer(), RpcError)).fault).to.equal('unreachable');
    });
  });

  describe('waitFor()', () => {
    it('rejects with NotIndexedInTime for a block that does not come', async () => {
      const { indexer } = await world.startIndexer();
      const error = await rejected(indexer.waitFor(99, { timeoutMs: 20 }), NotIndexedInTime);
      expect([error.block, error.retryable]).to.deep.equal([99, true]);
    });

    it("rejects with the signal's reason", async () => {
      const { indexer } = await world.startIndexer();
      const giving = new AbortController();
      const waiting = indexer.waitFor(99, { signal: giving.signal });
      giving.abort(new RangeError('enough'));
      await rejected(waiting, RangeError);
      await rejected(indexer.waitFor(99, { signal: giving.signal }), RangeError);
    });

    it('rejects when the indexer stops', async () => {
      const process = await world.startIndexer();
      const waiting = rejected(process.indexer.waitFor(99), Error);
      await process.stop();
      expect((await waiting).message).to.equal('the indexer was stopped');
    });

    it('resolves when the block is in the store', async () => {
      const { indexer, store } = await world.startIndexer();
      const contentId = await world.publish();
      await indexer.waitFor(await world.pay(contentId));
      expect((await store.views({ by: 'cid', key: CID, limit: 9 })).rows.length).to.equal(1);
    });
  });

  describe('an endpoint', () => {
    it('that answers no logs at first costs nothing but time', async () => {
      const contentId = await world.publish();
      let blind = true;
      world.rpc.disturb(async ({ method }, answer) => {
        if (blind && /Receipts?$/.test(method)) throw new RpcError('lagging', method, 'not yet');
        return blind && method === 'eth_getLogs' ? [] : answer();
      });
      const { indexer, settled } = await world.startIndexer();
      await world.pay(contentId);
      await failed(indexer);
      expect((indexer.status().lastError as RpcError).fault).to.equal('lagging');
      blind = false;
      expect(await settled()).to.deep.equal(await world.fromScratch());
      expect(indexer.status().lastError).to.equal(null);
    });

    for (const [how, head, shown, synced] of [
      ['a little', 6, 4, true],
      ['to a block whose header is not stored', 80, 40, false],
    ] as const) {
      it(`that falls behind ${how} does not move the records back${synced ? '' : ', and shows as out of step'}`, async () => {
        const { indexer, settled, store } = await world.startIndexer({
          keepBlocks: 3,
          shorterChainTimeoutMs: 60_000,
        });
        const contentId = await world.publish();
        await world.pay(contentId);
        await world.node.mine(head - (await world.node.head()));
        const rows = await settled();
        await until('synced', () => indexer.status().synced);
        const old = await world.node.send('eth_getBlockByNumber', toQuantity(shown), false);
        world.rpc.disturb(async (one, answer) => (one.params[0] === 'latest' ? old : answer()));
        await looked(world, 3);
        expect((await store.cursor())?.number).to.equal(head);
        expect(indexer.status()).to.deep.include({ head, indexed: head, synced, lagBlocks: 0 });
        world.rpc.disturb(null);
        expect(await settled()).to.deep.equal(rows);
      });
    }

    it('whose head stands still is asked for no more than its number, as a rule', async () => {
      const { indexer, settled } = await world.startIndexer();
      await settled();
      await until('synced', () => indexer.status().synced);
      world.rpc.calls.length = 0;
      await until('thirty looks', () => world.rpc.calls.length >= 30);
      const asked = world.rpc.calls.map(({ method }) => method);
      expect(asked.filter((method) => method === 'eth_blockNumber').length).to.be.at.least(asked.length - 3);
    });

    it('that is down shows as an error, and is tried again', async () => {
      const { indexer, settled } = await world.startIndexer();
      await settled();
      world.rpc.disturb(async ({ method }) => {
        throw new RpcError('unreachable', method, 'down');
      });
      await failed(indexer);
      expect(indexer.status()).to.include({ synced: false });
      world.rpc.disturb(null);
      await world.publish();
      await settled();
      await until('synced', () => indexer.status().synced);
      expect(indexer.status()).to.include({ synced: true, lastError: null });
    });
  });

  describe('onIndexed()', () => {
    it('calls back after each commit until it is ended, and survives a listener that throws', async () => {
      const errors: string[] = [];
      const log = { ...silent, error: (fields: { err: Error }) => errors.push(fields.err.message) };
      const { indexer, settled } = await world.startIndexer({ log });
      await settled();
      const blocks: number[] = [];
      indexer.onIndexed(() => {
        throw new RangeError('a mistake');
      });
      const end = indexer.onIndexed((indexed) => blocks.push(...indexed.blocks.map((block) => block.number)));
      const contentId = await world.publish();
      await settled();
      end();
      await world.pay(contentId);
      await settled();
      expect(blocks).to.deep.equal([world.contract.startBlock + 1, world.contract.startBlock + 2]);
      expect(errors).to.include('a mistake');
      expect(indexer.status().lastError).to.equal(null);
    });
  });

  describe('confirmations', () => {
    it('keep the records behind the head', async () => {
      const { indexer, store } = await world.startIndexer({ confirmations: 3 });
      const contentId = await world.publish();
      const paid = await world.pay(contentId);
      await world.node.mine(2);
      await indexer.waitFor(paid - 1);
      expect((await store.views({ by: 'cid', key: CID, limit: 1 })).rows).to.deep.equal([]);
      await world.node.mine(1);
      await indexer.waitFor(paid);
      expect((await store.views({ by: 'cid', key: CID, limit: 1 })).rows.length).to.equal(1);
    });
  });

  describe('the live index', () => {
    it('follows registrations, changes and ends of streams', async () => {
      const { indexer, live } = await world.startIndexer();
      const contentId = await world.publish();
      const stream = async () => {
        await indexer.waitFor(await world.node.head());
        return (await live.byCid(CID)).map(({ provider, url }) => [provider, url]);
      };
      expect(await stream()).to.deep.equal([[world.provider, 'http://provider.example/v']]);
      await world.act(world.provider, 'updateStream', [contentId, 'http://new.example/']);
      expect(await stream()).to.deep.equal([[world.provider, 'http://new.example/']]);
      await world.act(world.provider, 'deregisterStream', [contentId]);
      expect(await stream()).to.deep.equal([]);
    });

    it('is filled from the records before start() resolves', async () => {
      const first = await world.startIndexer();
      await world.publish();
      await first.settled();
      await first.stop();
      const second = await world.startIndexer({ path: first.path });
      expect((await second.live.all()).length).to.equal(1);
    });

    it('is rebuilt after it failed', async () => {
      const live = createKeptLive();
      let broken = false;
      const advance = live.advance;
      const replaceAll = live.replaceAll;
      const unlessBroken = () => {
        if (broken) throw new Error('the live index is down');
      };
      live.advance = async (step) => {
        unlessBroken();
        await advance(step);
      };
      live.replaceAll = async (streams, fill) => {
        unlessBroken();
        await replaceAll(streams, fill);
      };
      const { indexer, settled } = await world.startIndexer({ live });
      await settled();
      broken = true;
      await world.publish();
      await settled();
      await failed(indexer);
      expect(indexer.status().lastError?.message).to.equal('the live index is down');
      broken = false;
      await world.node.mine(1);
      await settled();
      expect((await live.all()).length).to.equal(1);
    });
  });
});

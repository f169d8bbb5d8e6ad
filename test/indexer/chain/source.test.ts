import { expect } from 'chai';
import { call, createProviderRpc } from '../../../indexer/chain/rpc.ts';
import { RpcError } from '../../../indexer/chain/rpc-errors.ts';
import { type ChainSource, createChainSource } from '../../../indexer/chain/source.ts';
import { rejected } from '../store/rejected.ts';
import { createFaultyRpc, type FaultyRpc } from './faults.ts';
import { deployEmitter, emit, type Node, startNode, TOPIC } from './node.ts';

const never = new AbortController().signal;

describe('createChainSource()', () => {
  let node: Node;
  let rpc: FaultyRpc;
  let emitter: string;
  let source: ChainSource;

  beforeEach(async () => {
    node = await startNode();
    emitter = await deployEmitter(node);
    rpc = createFaultyRpc(createProviderRpc(node.provider));
    source = createChainSource({
      rpc,
      addresses: [emitter.toUpperCase().replace('0X', '0x')],
      topics: [TOPIC],
    });
  });
  afterEach(() => node.close());

  const noLogs = async ({ method }: { method: string }, answer: () => Promise<unknown>) =>
    method === 'eth_getLogs' ? [] : answer();

  describe('identity(), head(), headerAt(), finalized()', () => {
    it('tell chain, genesis and head', async () => {
      const genesis = (await node.send('eth_getBlockByNumber', '0x0', false)) as { hash: string };
      expect(await source.identity()).to.deep.equal({ chainId: 31337, genesisHash: genesis.hash });
      const head = await source.head();
      expect(head.number).to.equal(1);
      expect(head.parentHash).to.equal(genesis.hash);
      expect(await source.headerAt(1)).to.deep.equal(head);
      expect(await source.headerAt(2)).to.equal(null);
      expect(await source.finalized()).to.equal(1);
    });

    it('know nothing final where the chain does not say', async () => {
      rpc.disturb(async ({ params }, answer) => {
        if (params[0] === 'finalized')
          throw new RpcError('refused', 'eth_getBlockByNumber', 'invalid block tag');
        return answer();
      });
      expect(await source.finalized()).to.equal(null);
    });
  });

  describe('blocks()', () => {
    it('fails as "lagging" for a block the endpoint does not have', async () => {
      const error = await rejected(source.blocks(1, 2, never), RpcError);
      expect([error.fault, error.retryable]).to.deep.equal(['lagging', true]);
      expect(error.message).to.include('block 2');
    });

    it('fails as "lagging" when an answer is empty and the bloom says otherwise, then gives the logs', async () => {
      const { blockNumber } = await emit(node, emitter);
      rpc.disturb(noLogs);
      const error = await rejected(source.blocks(blockNumber, blockNumber, never), RpcError);
      expect([error.fault, error.retryable]).to.deep.equal(['lagging', true]);
      rpc.disturb(null);
      const [block] = await source.blocks(blockNumber, blockNumber, never);
      expect(block?.logs.length).to.equal(1);
    });

    it('believes an empty answer at the fifth look: the bloom may be chance', async () => {
      const { blockNumber } = await emit(node, emitter);
      rpc.disturb(noLogs);
      for (let look = 1; look < 5; look++)
        await rejected(source.blocks(blockNumber, blockNumber, never), RpcError);
      expect((await source.blocks(blockNumber, blockNumber, never))[0]?.logs).to.deep.equal([]);
    });

    it('takes the logs from the receipts where the endpoint has them', async () => {
      const { blockNumber, blockHash } = await emit(node, emitter, 7);
      const logs = await call(rpc, 'eth_getLogs', [{ blockHash }]);
      rpc.disturb(async (one, answer) =>
        one.method === 'eth_getBlockReceipts' ? [{ logs: [] }, { logs }] : noLogs(one, answer),
      );
      const [block] = await source.blocks(blockNumber, blockNumber, never);
      expect(block?.logs.map((log) => BigInt(log.data))).to.deep.equal([7n]);
    });

    it('fails as "lagging" while the endpoint has no receipts of the block', async () => {
      const { blockNumber } = await emit(node, emitter);
      rpc.disturb(async (one, answer) =>
        one.method === 'eth_getBlockReceipts' ? null : noLogs(one, answer),
      );
      expect((await rejected(source.blocks(blockNumber, blockNumber, never), RpcError)).fault).to.equal(
        'lagging',
      );
    });

    it('fails as "lagging" when two headers do not follow each other', async () => {
      await node.mine(2);
      rpc.disturb(async ({ params }, answer) => {
        const block = (await answer()) as object;
        return params[0] === '0x3' ? { ...block, parentHash: `0x${'ab'.repeat(32)}` } : block;
      });
      const error = await rejected(source.blocks(1, 3, never), RpcError);
      expect([error.fault, error.message.includes('block 3')]).to.deep.equal(['lagging', true]);
    });

    it('fails as "lagging" when logs are of another fork than the header', async () => {
      const { blockNumber } = await emit(node, emitter);
      rpc.disturb(async ({ method }, answer) => {
        if (method !== 'eth_getLogs') return answer();
        return ((await answer()) as object[]).map((log) => ({ ...log, blockHash: `0x${'ab'.repeat(32)}` }));
      });
      expect((await rejected(source.blocks(blockNumber, blockNumber, never), RpcError)).fault).to.equal(
        'lagging',
      );
    });

    it('names the block before as the parent of a block that names none, as after hardhat_mine', async () => {
      await node.mine(30);
      const { parentHash } = (await node.send('eth_getBlockByNumber', '0x4', false)) as {
        parentHash: string;
      };
      expect(parentHash).to.equal(`0x${'00'.repeat(32)}`);
      const blocks = await source.blocks(4, 6, never);
      const before = await source.headerAt(3);
      expect(blocks.map((block) => block.parentHash)).to.deep.equal([
        before?.hash,
        blocks[0]?.hash,
        blocks[1]?.hash,
      ]);
      expect((await source.range(5, 5, never))[0]?.parentHash).to.equal(blocks[0]?.hash);
    });

    it('gives every block, with the logs of the contracts alone, in order', async () => {
      const other = await deployEmitter(node);
      await node.send('evm_setAutomine', false);
      const hashes = [];
      for (const [to, word] of [
        [emitter, 1],
        [other, 2],
        [emitter, 3],
      ] as const) {
        const data = TOPIC + word.toString(16).padStart(64, '0');
        hashes.push(await node.send('eth_sendTransaction', { from: node.from, to, data, gas: '0x186a0' }));
      }
      await node.mine(1);
      // Vendors give them in any order.
      rpc.disturb(async ({ method }, answer) => {
        const found = await answer();
        return method === 'eth_getLogs' ? (found as object[]).toReversed() : found;
      });
      const [empty, full] = await source.blocks(2, 3, never);
      expect(empty).to.include({ number: 2 });
      expect(empty?.logs).to.deep.equal([]);
      expect(full?.parentHash).to.equal(empty?.hash);
      expect(full?.logs.map(({ data, txHash, logIndex }) => [Number(data), txHash, logIndex])).to.deep.equal([
        [1, hashes[0], 0],
        [3, hashes[2], 2],
      ]);
      expect(full?.logs[0]).to.include({ address: emitter, blockHash: full?.hash, blockNumber: 3 });
      expect(full?.logs[0]?.topics).to.deep.equal([TOPIC]);
    });
  });

  describe('range()', () => {
    it('fails as "lagging" when the endpoint does not have the last block', async () => {
      await emit(node, emitter);
      expect((await rejected(source.range(1, 50, never), RpcError)).fault).to.equal('lagging');
    });

    it('fails as "lagging" when the last block promises logs that the answer lacks', async () => {
      const { blockNumber } = await emit(node, emitter);
      rpc.disturb(noLogs);
      expect((await rejected(source.range(1, blockNumber, never), RpcError)).fault).to.equal('lagging');
    });

    it('gives the blocks that hold logs and always the last, in order', async () => {
      await emit(node, emitter, 1);
      await node.mine(5);
      const second = await emit(node, emitter, 2);
      await node.mine(3);
      const blocks = await source.range(1, second.blockNumber + 2, never);
      expect(blocks.map((block) => [block.number, block.logs.length])).to.deep.equal([
        [2, 1],
        [second.blockNumber, 1],
        [second.blockNumber + 2, 0],
      ]);
      expect((await source.range(1, second.blockNumber, never)).map((block) => block.number)).to.deep.equal([
        2, 8,
      ]);
    });
  });
});

import { expect } from 'chai';
import { RpcError, readError, rpcErrorOf } from '../../../indexer/rpc/errors.ts';
import { call, createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import type { SourceBlock } from '../../../indexer/sync/header.ts';
import { LogSource } from '../../../indexer/sync/log-source.ts';
import { rejected } from '../../rejection.ts';
import { createFaultyRpc, type FaultyRpc } from './faults.ts';
import { deployEmitter, emit, type Node, startNode, TOPIC } from './node.ts';

const never = new AbortController().signal;

describe('new LogSource()', () => {
  let node: Node;
  let rpc: FaultyRpc;
  let emitter: string;
  let source: LogSource;

  beforeEach(async () => {
    node = await startNode();
    emitter = await deployEmitter(node);
    rpc = createFaultyRpc(createProviderRpc(node.provider));
    source = new LogSource({
      rpc,
      addresses: [emitter.toUpperCase().replace('0X', '0x')],
      topics: [TOPIC],
    });
  });
  afterEach(() => node.close());

  /** Three transactions with one log each, of the same bloom. @returns their block */
  async function alikeInABlock(): Promise<number> {
    await node.send('evm_setAutomine', false);
    for (const word of [1, 2, 3]) {
      const data = TOPIC + word.toString(16).padStart(64, '0');
      await node.send('eth_sendTransaction', { from: node.from, to: emitter, data, gas: '0x186a0' });
    }
    await node.mine(1);
    return await node.head();
  }

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

    it('fail where the endpoint leaves out the chain id, which the records would keep', async () => {
      rpc.disturb(async ({ method }, answer) => (method === 'eth_chainId' ? null : answer()));
      expect((await rejected(source.identity(), RpcError)).retryable).to.equal(true);
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

    const words = (blocks: SourceBlock[]) =>
      blocks.flatMap(({ logs }) => logs.map(({ data }) => Number(data)));

    /** What endpoints say that do not have `eth_getBlockReceipts`. */
    const REFUSALS: [number, string][] = [
      [-32601, 'the method eth_getBlockReceipts does not exist/is not available'],
      [35, 'method is not available on freetier, upgrade to paid tier'],
      [-32604, 'Method not enabled'],
      [-32000, 'eth_getBlockReceipts is not whitelisted'],
      [-32000, 'method not found'],
      [-32005, 'limit exceeded'],
    ];
    for (const [code, message] of REFUSALS) {
      it(`asks for receipts one by one where "${message}" (${code}) stays the answer to all at once`, async () => {
        const { blockNumber } = await emit(node, emitter, 7);
        rpc.disturb(async (one, answer) => {
          if (one.method !== 'eth_getBlockReceipts') return noLogs(one, answer);
          throw rpcErrorOf(one.method, readError({ code, message }));
        });
        const look = () => source.blocks(blockNumber, blockNumber, never);
        expect(words(await look().catch(look))).to.deep.equal([7]);
      });
    }

    it('asks for receipts one by one where a block is not known by its hash', async () => {
      const { blockNumber } = await emit(node, emitter, 7);
      rpc.disturb(async (one, answer) =>
        one.method === 'eth_getBlockReceipts' ? null : noLogs(one, answer),
      );
      const look = () => source.blocks(blockNumber, blockNumber, never);
      expect((await rejected(look(), RpcError)).fault).to.equal('lagging');
      expect(words(await look())).to.deep.equal([7]);
    });

    it('never believes an empty answer against a bloom, however often it is given', async () => {
      const { blockNumber } = await emit(node, emitter, 7);
      rpc.disturb(async (one, answer) => {
        if (!one.method.endsWith('Receipt') && !one.method.endsWith('Receipts')) return noLogs(one, answer);
        throw new RpcError('unsupported', one.method, 'no');
      });
      for (let look = 1; look <= 12; look++)
        await rejected(source.blocks(blockNumber, blockNumber, never), RpcError);
      rpc.disturb(noLogs);
      expect(words(await source.blocks(blockNumber, blockNumber, never))).to.deep.equal([7]);
    });

    it('believes no receipts that do not explain the bloom, and asks another endpoint', async () => {
      const { blockNumber } = await emit(node, emitter, 7);
      rpc.disturb(async (one, answer) => {
        const answered = await noLogs(one, answer);
        return one.method === 'eth_getTransactionReceipt' ? { ...(answered as object), logs: [] } : answered;
      });
      expect((await rejected(source.blocks(blockNumber, blockNumber, never), RpcError)).fault).to.equal(
        'lagging',
      );
      expect(rpc.switches).to.equal(1);
    });

    it('takes the logs from the receipts of the block where the endpoint has them', async () => {
      const { blockNumber, blockHash } = await emit(node, emitter, 7);
      const logs = await call(rpc, 'eth_getLogs', [{ blockHash }]);
      const { logsBloom } = (await call(rpc, 'eth_getBlockByHash', [blockHash, false])) as object & {
        logsBloom: string;
      };
      rpc.disturb(async (one, answer) =>
        one.method === 'eth_getBlockReceipts' ? [{ blockHash, logsBloom, logs }] : noLogs(one, answer),
      );
      expect(words(await source.blocks(blockNumber, blockNumber, never))).to.deep.equal([7]);
    });

    it('finds a log that was cut off where others of its block are left', async () => {
      const head = await alikeInABlock();
      rpc.disturb(async (one, answer) => {
        const answered = await answer();
        return one.method === 'eth_getLogs' ? (answered as object[]).slice(0, -1) : answered;
      });
      expect(words(await source.blocks(head, head, never))).to.deep.equal([1, 2, 3]);
      expect(words(await source.range(1, head, never))).to.deep.equal([1, 2, 3]);
    });

    it('believes no receipts that lack one of several alike, which the bloom does not miss', async () => {
      const head = await alikeInABlock();
      const { hash, transactions } = (await call(rpc, 'eth_getBlockByNumber', ['latest', false])) as {
        hash: string;
        transactions: string[];
      };
      const receipts = await Promise.all(
        transactions.map((txHash) => call(rpc, 'eth_getTransactionReceipt', [txHash])),
      );
      rpc.disturb(async ({ method, params }, answer) => {
        if (method === 'eth_getLogs') return ((await answer()) as object[]).slice(0, -1);
        return method === 'eth_getBlockReceipts' && params[0] === hash ? receipts.slice(0, -1) : answer();
      });
      for (const look of [() => source.blocks(head, head, never), () => source.range(1, head, never)]) {
        expect((await rejected(look(), RpcError)).fault).to.equal('lagging');
      }
    });

    it('goes on where blooms are full and say nothing', async () => {
      const { blockNumber } = await emit(node, emitter, 7);
      await node.mine(2);
      rpc.disturb(async (one, answer) => {
        const answered = (await answer()) as object | null;
        const isBlock = one.method.startsWith('eth_getBlockBy') && answered !== null;
        return isBlock ? { ...answered, logsBloom: `0x${'f'.repeat(512)}` } : answered;
      });
      const look = () => source.blocks(blockNumber, blockNumber + 2, never);
      const blocks = await look().catch(look);
      expect(blocks.map(({ logs }) => logs.length)).to.deep.equal([1, 0, 0]);
    });

    it('drops logs that a reorganisation has removed', async () => {
      const { blockNumber } = await emit(node, emitter, 7);
      rpc.disturb(async ({ method }, answer) => {
        const answered = await answer();
        if (method !== 'eth_getLogs') return answered;
        const [log] = answered as object[];
        return [{ ...log, removed: true, blockHash: `0x${'ab'.repeat(32)}` }, log];
      });
      expect(words(await source.blocks(blockNumber, blockNumber, never))).to.deep.equal([7]);
      expect(words(await source.range(1, blockNumber, never))).to.deep.equal([7]);
    });

    it('fails as "lagging" when another block is answered than was asked for', async () => {
      await node.mine(3);
      rpc.disturb(async (one, answer) =>
        one.params[0] === '0x3' ? node.send('eth_getBlockByNumber', '0x2', false) : answer(),
      );
      expect((await rejected(source.blocks(3, 3, never), RpcError)).fault).to.equal('lagging');
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

  describe('differing()', () => {
    it('names the blocks that hold other logs than were counted, whatever the endpoint answers', async () => {
      const first = await emit(node, emitter, 1);
      const second = await emit(node, emitter, 2);
      await node.mine(2);
      const differing = async (counts: [number, number][]) =>
        (await source.differing({ from: 1, to: 5 }, new Map(counts), never)).map(({ number }) => number);
      for (const disturbance of [null, noLogs]) {
        rpc.disturb(disturbance);
        expect(
          await differing([
            [first.blockNumber, 1],
            [second.blockNumber, 1],
          ]),
        ).to.deep.equal([]);
        expect(await differing([[second.blockNumber, 1]])).to.deep.equal([first.blockNumber]);
        expect(
          await differing([
            [first.blockNumber, 1],
            [second.blockNumber, 2],
            [5, 1],
          ]),
        ).to.deep.equal([3, 5]);
      }
    });
  });

  describe('differing(), where a kind of logs is hidden in a block that shows another', () => {
    it('names the block, though as many logs were counted as are shown', async () => {
      const other = TOPIC.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
      source = new LogSource({ rpc, addresses: [emitter], topics: [TOPIC, other] });
      await node.send('evm_setAutomine', false);
      for (const topic of [TOPIC, other]) {
        const data = topic + '1'.padStart(64, '0');
        await node.send('eth_sendTransaction', { from: node.from, to: emitter, data, gas: '0x186a0' });
      }
      await node.mine(1);
      rpc.disturb(async ({ method }, answer) =>
        method === 'eth_getLogs' ? ((await answer()) as unknown[]).slice(0, 1) : answer(),
      );
      const number = await node.head();
      const found = await source.differing({ from: 1, to: number }, new Map([[number, 1]]), never);
      expect(found.map(({ logs }) => logs.length)).to.deep.equal([2]);
    });
  });

  describe('range()', () => {
    it('fails as "lagging" when the endpoint does not have the last block', async () => {
      await emit(node, emitter);
      expect((await rejected(source.range(1, 50, never), RpcError)).fault).to.equal('lagging');
    });

    it('finds what is missing in the last block, and with every header in any block', async () => {
      await emit(node, emitter, 1);
      const { blockNumber } = await emit(node, emitter, 2);
      await node.mine(1);
      rpc.disturb(noLogs);
      const found = async (to: number, everyHeader: boolean) =>
        (await source.range(1, to, never, { everyHeader })).map(({ number, logs }) => [number, logs.length]);
      expect(await found(blockNumber, false)).to.deep.equal([[3, 1]]);
      expect(await found(blockNumber + 1, true)).to.deep.equal([
        [2, 1],
        [3, 1],
        [4, 0],
      ]);
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

// The node of the case `index`, in a process of its own: a chain whose answers are ready. argv tells the viewers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTRACT, createHistory, type ReadyBlock } from './history.ts';

interface Call {
  id: number;
  method: string;
  params: [Record<string, string> & string, ...unknown[]];
}

const CHAIN_ID = '0x539';
const history = createHistory({ distinct: process.argv[2] === 'distinct' });
const { blocks } = history;
const byHash = new Map(blocks.map((block) => [block.hash, block]));
const quote = (text: string) => `"${text}"`;

/** @returns JSON */
function resultOf({ method, params: [first] }: Call): string {
  switch (method) {
    case 'eth_chainId':
      return quote(CHAIN_ID);
    case 'eth_blockNumber':
      return quote(`0x${(blocks.length - 1).toString(16)}`);
    case 'eth_getBlockByNumber':
      return blockAt(first)?.block ?? 'null';
    case 'eth_getBlockReceipts':
      return byHash.get(first)?.receipts ?? 'null';
    case 'eth_getLogs':
      return `[${wanted(first)
        .flatMap(({ logs }) => logs)
        .join()}]`;
    case 'eth_getBalance':
      return quote(`0x${history.balance().toString(16)}`);
    case 'eth_call':
      return quote(first.to === CONTRACT ? history.callContract(first.data ?? '') : '0x');
    default:
      throw new RangeError(`the node does not know ${method}`);
  }
}

function blockAt(tag: string): ReadyBlock | undefined {
  return tag.startsWith('0x') ? blocks[Number(tag)] : blocks.at(-1);
}

function wanted({ blockHash, fromBlock, toBlock }: Record<string, string>): ReadyBlock[] {
  if (blockHash !== undefined) return [byHash.get(blockHash)].filter((block) => block !== undefined);
  return blocks.slice(Number(fromBlock), Number(toBlock) + 1);
}

const answer = (call: Call) => `{"jsonrpc":"2.0","id":${call.id},"result":${resultOf(call)}}`;

const server = createServer(async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Call | Call[];
  response.setHeader('content-type', 'application/json');
  response.end(Array.isArray(body) ? `[${body.map(answer).join()}]` : answer(body));
});
// No program that measures is to lose its connection while it writes.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

/** Any message mines a block; the answer says which, and when. */
process.on('message', () => {
  const block = history.mine();
  byHash.set(block.hash, block);
  process.send?.({ mined: block.number, atMs: performance.timeOrigin + performance.now() });
});
process.once('disconnect', () => process.exit());

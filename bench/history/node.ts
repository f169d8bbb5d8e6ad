// The node of the case `history`, in a process of its own: a chain that ends where the records do. argv is their file and the last block.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZeroAddress } from 'ethers';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';
import { CONTRACT, hashOf, hex } from '../index/history.ts';
import { CHAIN_ID, timeOf } from './world.ts';

interface Call {
  id: number;
  method: string;
  params: [Record<string, string> & string, ...unknown[]];
}

const [path = '', lastBlock = ''] = process.argv.slice(2);
const last = Number(lastBlock);
/** What it answers of sums is what the records say. */
const store = openSqliteStore({ path });
const [debt] = await store.owed();

async function resultOf({ method, params: [first] }: Call): Promise<unknown> {
  switch (method) {
    case 'eth_chainId':
      return hex(CHAIN_ID, 1);
    case 'eth_blockNumber':
      return hex(last, 1);
    case 'eth_getBlockByNumber':
      return blockOf(first.startsWith('0x') ? Number(first) : last);
    case 'eth_getBalance':
      return hex(Number(debt?.amount ?? 0n), 1);
    case 'eth_getCode':
      return '0xfe';
    case 'eth_call':
      return await called(first.data ?? '');
    case 'eth_getLogs':
      return [];
    default:
      return null;
  }
}

async function called(data: string): Promise<string> {
  const call = hostInterface.parseTransaction({ data });
  if (call?.name !== 'credits') return '0x';
  const credit = await store.credit(String(call.args[0]).toLowerCase(), CONTRACT, ZeroAddress);
  return hostInterface.encodeFunctionResult('credits', [credit]);
}

function blockOf(number: number) {
  return {
    ...{ number: hex(number, 1), hash: hashOf(number), parentHash: hashOf(Math.max(0, number - 1)) },
    ...{ timestamp: hex(timeOf(number), 1), logsBloom: `0x${'00'.repeat(256)}`, transactions: [] },
  };
}

const server = createServer(async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Call | Call[];
  const answer = async (call: Call) => ({ jsonrpc: '2.0', id: call.id, result: await resultOf(call) });
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(Array.isArray(body) ? await Promise.all(body.map(answer)) : await answer(body)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.once('disconnect', () => process.exit());

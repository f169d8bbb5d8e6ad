// The floor of the case `index`, in a process of its own: fetch, slices of hex, prepared statements and nothing else, for
// the same rows and indexes. argv is the node and the folder of the records.
import { join } from 'node:path';
import { ZeroAddress } from 'ethers';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { openDatabase } from '../../indexer/store/sqlite/database.ts';
import { RECORDS } from '../../indexer/store/sqlite/schema.ts';
import { peakRssMb } from '../children.ts';
import { BLOCKS, CONTRACT } from './history.ts';

interface Log {
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: string;
  transactionHash: string;
  logIndex: string;
}

const [url = '', folder = ''] = process.argv.slice(2);
/** About 8,000 rows a transaction. */
const WIDTH = 40;
const VIEW = hostInterface.getEvent('ViewPaid');
const words = VIEW?.inputs.filter(({ indexed }) => !indexed).map(({ name }) => name) ?? [];
const topics = ['', ...(VIEW?.inputs.filter(({ indexed }) => indexed).map(({ name }) => name) ?? [])];

/** A parameter of the event as hex digits, wherever it stands. */
function digitsOf(name: string): (log: Log) => string {
  const topic = topics.indexOf(name);
  if (topic > 0) return (log) => log.topics[topic]?.slice(2) ?? '';
  const start = 2 + 64 * words.indexOf(name);
  return (log) => log.data.slice(start, start + 64);
}
const contentId = digitsOf('contentId');
const viewer = digitsOf('viewer');
const provider = digitsOf('provider');
const units = digitsOf('units');
const creatorAmount = digitsOf('creatorAmount');
const providerAmount = digitsOf('providerAmount');
const address = (digits: string) => digits.slice(24);
const bytes = (digits: string) => Buffer.from(digits, 'hex');
const amount = (digits: string) => BigInt(`0x${digits}`);

const db = openDatabase(join(folder, 'floor.sqlite'), RECORDS);
const insert = db.prepare(
  `INSERT INTO views (source, contract, content_id, cid, cid_key, blockchain_address, provider_wallet, creator_wallet, token,
      payer, price, units, amount, creator_amount, provider_amount, attributed, timestamp, tx_hash, block_number, block_hash,
      log_index, item)
    VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 0)`,
);
const name = db.prepare<[Buffer]>('INSERT INTO names (name) VALUES (?)');
const numbers = new Map<string, number>();
function numberOf(digits: string): number {
  let number = numbers.get(digits);
  if (number === undefined) {
    number = Number(name.run(bytes(digits)).lastInsertRowid);
    numbers.set(digits, number);
  }
  return number;
}
const credit = db.prepare(
  'INSERT OR REPLACE INTO credits (account, contract, token, credited) VALUES (?, ?, ?, ?)',
);
const sums = new Map<string, bigint>();

async function ask(calls: { method: string; params: unknown[] }[]): Promise<unknown[]> {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })));
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return ((await answer.json()) as { result: unknown }[]).map(({ result }) => result);
}

const hex = (number: number) => `0x${number.toString(16)}`;

async function range(from: number): Promise<{ logs: Log[]; times: Map<string, number> }> {
  const numbers = Array.from({ length: WIDTH }, (_, index) => hex(from + index));
  const filter = { fromBlock: numbers[0], toBlock: numbers.at(-1), address: CONTRACT };
  const [logs, ...blocks] = await ask([
    { method: 'eth_getLogs', params: [filter] },
    ...numbers.map((number) => ({ method: 'eth_getBlockByNumber', params: [number, false] })),
  ]);
  const headers = (blocks as ({ number: string; timestamp: string } | null)[]).filter(
    (block) => block !== null,
  );
  const times = new Map(headers.map(({ number, timestamp }) => [number, Number(timestamp)]));
  return { logs: logs as Log[], times };
}

const native = numberOf(ZeroAddress.slice(2));
const write = db.transaction(({ logs, times }: Awaited<ReturnType<typeof range>>) => {
  for (const log of logs) {
    if (log.topics[0] !== VIEW?.topicHash) continue;
    const [ofCreator, ofProvider] = [amount(creatorAmount(log)), amount(providerAmount(log))];
    const total = ofCreator + ofProvider;
    const count = Number(amount(units(log)));
    const serving = address(provider(log));
    const contract = numberOf(CONTRACT.slice(2));
    const content = numberOf(contentId(log));
    const watching = numberOf(address(viewer(log)));
    const price = total / BigInt(count);
    const at = times.get(log.blockNumber);
    const txHash = bytes(log.transactionHash.slice(2));
    const blockHash = bytes(log.blockHash.slice(2));
    const number = Number(log.blockNumber);
    const serves = numberOf(serving);
    const names = [
      contract,
      content,
      content,
      content,
      watching,
      serves,
      contract,
      native,
      watching,
    ] as const;
    const money = [price, count, total, ofCreator, ofProvider] as const;
    insert.run(...names, ...money, at, txHash, number, blockHash, Number(log.logIndex));
    sums.set(serving, (sums.get(serving) ?? 0n) + ofProvider);
  }
  for (const [account, sum] of sums) credit.run(`0x${account}`, CONTRACT, ZeroAddress, String(sum));
});

const startMs = performance.now();
const last = BLOCKS + 1;
let next = range(1);
for (let from = 1; from <= last; from += WIDTH) {
  const found = await next;
  // The next one is on its way while this one is written.
  if (from + WIDTH <= last) next = range(from + WIDTH);
  write.immediate(found);
}
const tookMs = performance.now() - startMs;
const rows = db.prepare<[], number>('SELECT count(*) FROM views').pluck().get();
process.send?.({ tookMs, peakRssMb: await peakRssMb(), rows });
process.once('disconnect', () => process.exit());

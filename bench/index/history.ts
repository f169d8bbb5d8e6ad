import { type ParamType, ZeroAddress, ZeroHash } from 'ethers';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { bloomBits } from '../../indexer/sync/bloom.ts';

export const BLOCKS = 500;
export const EVENTS = 100_000;
/** So many follow, so that all of the history is further back than what can be undone. */
const EMPTY_BLOCKS = 520;
export const START_SEC = 1_790_000_000;
const PRICE = 10n ** 15n;
const PROVIDER_AMOUNT = (PRICE * 3n) / 10n;

export const hex = (number: number, digits: number) => `0x${number.toString(16).padStart(digits, '0')}`;
export const wallet = (number: number) => hex(number, 40);
export const CONTRACT = wallet(0xc0);
const CREATOR = wallet(0xc1);
const PROVIDER = wallet(0xc2);
const VIEWER = wallet(0xc3);
const CONTENT_ID = hex(0xc4, 64);
/** Stands for the viewer in the log that all others are made of. */
const SOMEBODY = `${'5e'.repeat(20)}`;

interface Log {
  address: string;
  topics: string[];
  data: string;
}

/** A block as a node answers it, ready to send. */
export interface ReadyBlock {
  number: number;
  hash: string;
  block: string;
  logs: string[];
  receipts: string;
}

/** A chain that nobody mined: its logs are those that the contract would emit, by its ABI. */
export interface History {
  blocks: ReadyBlock[];
  /** Adds a block with one view. */
  mine(): ReadyBlock;
  /** What the contract itself would answer. */
  callContract(data: string): string;
  balance(): bigint;
}

/** @param distinct each view is one of another viewer. */
export function createHistory({ distinct }: { distinct: boolean }): History {
  const blocks: ReadyBlock[] = [];
  let views = 0;

  function add(logs: Log[]): ReadyBlock {
    const block = readyBlock(blocks.length, logs);
    blocks.push(block);
    return block;
  }

  const view = logOf('ViewPaid', {
    ...{ contentId: CONTENT_ID, viewer: `0x${SOMEBODY}`, provider: PROVIDER, creator: CREATOR, units: 1n },
    ...{ payer: `0x${SOMEBODY}`, creatorAmount: PRICE - PROVIDER_AMOUNT, providerAmount: PROVIDER_AMOUNT },
  });
  const shape = JSON.stringify(view);
  function nextView(): Log {
    views += 1;
    const viewer = distinct ? wallet(0x10_00_00 + views) : VIEWER;
    return JSON.parse(shape.replaceAll(SOMEBODY, viewer.slice(2)));
  }

  add([]);
  add([
    logOf('ContentPublished', {
      ...{ contentId: CONTENT_ID, creator: CREATOR, token: ZeroAddress, cid: 'a video', name: 'A video' },
      ...{ pricePerUnit: PRICE, providerShareBps: 3_000n },
    }),
  ]);
  for (let block = 0; block < BLOCKS; block += 1) add(Array.from({ length: EVENTS / BLOCKS }, nextView));
  for (let block = 0; block < EMPTY_BLOCKS; block += 1) add([]);

  const creditOf = (account: string) => {
    const amounts: Record<string, bigint> = {
      [CREATOR]: PRICE - PROVIDER_AMOUNT,
      [PROVIDER]: PROVIDER_AMOUNT,
    };
    return (amounts[account.toLowerCase()] ?? 0n) * BigInt(views);
  };

  return {
    blocks,
    mine: () => add([nextView()]),
    balance: () => PRICE * BigInt(views),
    callContract(data) {
      const call = hostInterface.parseTransaction({ data });
      if (call === null) throw new RangeError('no call of the contract');
      const known = { creator: CREATOR, token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: 3_000n };
      const results = call.fragment.outputs.map((output) =>
        call.name === 'credits' ? creditOf(String(call.args[0])) : argumentOf(output, known),
      );
      return hostInterface.encodeFunctionResult(call.fragment, results);
    },
  };
}

export function logOf(name: string, known: Record<string, unknown>): Log {
  const event = hostInterface.getEvent(name);
  if (event === null) throw new RangeError(`no event ${name}`);
  const values = event.inputs.map((input) => argumentOf(input, known));
  return { address: CONTRACT, ...hostInterface.encodeEventLog(event, values) };
}

/** What is known by the parameter's name, else nothing of its type. */
function argumentOf(type: ParamType, known: Record<string, unknown>): unknown {
  if (type.components) return type.components.map((part) => argumentOf(part, known));
  if (type.name in known) return known[type.name];
  if (type.baseType === 'string') return '';
  if (type.baseType === 'bool') return false;
  if (type.baseType === 'address') return ZeroAddress;
  return type.baseType.startsWith('bytes') ? ZeroHash : 0n;
}

function readyBlock(number: number, logs: Log[]): ReadyBlock {
  const [hash, parentHash] = [hashOf(number), number === 0 ? ZeroHash : hashOf(number - 1)];
  const of = { blockHash: hash, blockNumber: hex(number, 1) };
  const txHash = (index: number) => hex(number * 1_000 + index + 1, 64);
  const ready = logs.map((log, index) => {
    const place = {
      transactionHash: txHash(index),
      transactionIndex: hex(index, 1),
      logIndex: hex(index, 1),
    };
    return JSON.stringify({ ...log, ...of, ...place, removed: false });
  });
  const receipts = ready.map((log, index) => {
    const receipt = { ...of, transactionHash: txHash(index), status: '0x1', logsBloom: bloomOf([]) };
    return `${JSON.stringify(receipt).slice(0, -1)},"logs":[${log}]}`;
  });
  const block = {
    ...{ number: hex(number, 1), hash, parentHash, timestamp: hex(START_SEC + 12 * number, 1) },
    ...{ logsBloom: bloomOf(logs), transactions: logs.map((_, index) => txHash(index)) },
  };
  return { number, hash, block: JSON.stringify(block), logs: ready, receipts: `[${receipts.join()}]` };
}

export function hashOf(number: number): string {
  return hex(0xb10c_0000_0000 + number, 64);
}

export function bloomOf(logs: readonly Log[]): string {
  const bloom = new Uint8Array(256);
  for (const value of new Set(logs.flatMap(({ address, topics }) => [address, ...topics])))
    for (const bit of bloomBits(value))
      bloom[255 - (bit >> 3)] = (bloom[255 - (bit >> 3)] ?? 0) | (1 << (bit & 7));
  return `0x${Buffer.from(bloom).toString('hex')}`;
}

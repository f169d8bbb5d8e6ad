import { createHash } from 'node:crypto';
import { toQuantity } from 'ethers';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { headerHash } from '../../indexer/proof/block/header-hash.ts';
import { listRoot } from '../../indexer/proof/block/list-root.ts';
import { receiptBytes } from '../../indexer/proof/block/receipt-bytes.ts';
import { type BloomBits, bloomBits } from '../../indexer/sync/bloom.ts';
import { anyAct, type Chance, CONTRACT, ContractState, type Emitted, payment } from './contract.ts';

/** As a node answers it. */
export interface SimLog {
  address: string;
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: string;
  transactionHash: string;
  logIndex: string;
  removed?: boolean;
}

export interface SimReceipt {
  transactionHash: string;
  blockHash: string;
  status: string;
  cumulativeGasUsed: string;
  logsBloom: string;
  logs: SimLog[];
}

export interface SimBlock {
  number: number;
  hash: string;
  timestampSec: number;
  /** What the hash is made of, as a node answers it. */
  header: Readonly<Record<string, string>>;
  receipts: SimReceipt[];
  state: ContractState;
}

export const START_BLOCK = 1;
const GENESIS_SEC = 1_700_000_000;
/** Somebody else's contract, which logs under the same topics. */
const FOREIGN = `0x${'f0'.repeat(20)}`;
const NO_BLOOM = `0x${'0'.repeat(512)}`;

/** A chain that `random` decides, with forks. A list of blocks never changes: who holds one sees the chain as it was. */
export class SimChain {
  blocks: readonly SimBlock[] = [];
  /** No block up to here is replaced any more. */
  final = 0;
  readonly #random: Chance;
  readonly #maxDepth: number;
  #made = 0;

  constructor(random: Chance, maxDepth: number) {
    this.#random = random;
    this.#maxDepth = maxDepth;
    this.blocks = [this.#next(undefined, 0)];
  }

  get head(): number {
    return this.blocks.length - 1;
  }

  /** @param busy how likely a block holds something. */
  grow(count: number, busy: number): void {
    const blocks = [...this.blocks];
    for (let made = 0; made < count; made++) blocks.push(this.#next(blocks.at(-1), busy));
    this.#set(blocks);
  }

  /** Replaces the last blocks by others, which need not be as many. @returns how many were replaced. */
  reorganise(depth: number, count: number, busy: number): number {
    const from = Math.max(this.final, this.head - depth);
    const replaced = this.head - from;
    const blocks = this.blocks.slice(0, from + 1);
    for (let made = 0; made < Math.max(1, count); made++) blocks.push(this.#next(blocks.at(-1), busy));
    this.#set(blocks);
    return replaced;
  }

  #set(blocks: readonly SimBlock[]): void {
    this.blocks = blocks;
    this.final = Math.max(this.final, this.head - this.#maxDepth);
  }

  #next(parent: SimBlock | undefined, busy: number): SimBlock {
    const random = this.#random;
    const unique = String(++this.#made);
    const number = parent ? parent.number + 1 : 0;
    const timestampSec = parent ? parent.timestampSec + 1 + Math.floor(random() * 40) : GENESIS_SEC;
    const isBusy = parent !== undefined && random() < busy;
    const state = isBusy ? new ContractState(parent.state) : (parent?.state ?? new ContractState());
    const act = random() < 0.25 ? payment : anyAct;
    const calls = isBusy
      ? Array.from({ length: 1 + Math.floor(random() ** 3 * 5) }, (_, index) =>
          act(state, random, timestampSec, `${unique}.${index}`),
        )
      : [];
    const strange = isBusy && random() < 0.2 ? [calls[0] ?? []] : [];
    return {
      number,
      timestampSec,
      state,
      ...placed(number, timestampSec, parent, unplaced(unique, calls, strange)),
    };
  }
}

export function logsIn({ receipts }: SimBlock): SimLog[] {
  return receipts.flatMap(({ logs }) => logs);
}

/** How many logs of the contract stand in the blocks up to this one. */
export function ownLogs({ blocks }: Pick<SimChain, 'blocks'>, upTo: number): number {
  const logs = blocks.slice(START_BLOCK, upTo + 1).flatMap(logsIn);
  return logs.filter(({ address }) => address === CONTRACT).length;
}

export function hashOf(text: string): string {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}

type Unplaced = Omit<SimReceipt, 'blockHash' | 'logs'> & {
  logs: Omit<SimLog, 'blockHash' | 'blockNumber'>[];
};

function unplaced(unique: string, calls: Emitted[][], strange: Emitted[][]): Unplaced[] {
  let logIndex = 0;
  const all = [
    ...calls.map((events) => ({ events, address: CONTRACT })),
    ...strange.map((events) => ({ events, address: FOREIGN })),
  ];
  return all.map(({ events, address }, index) => {
    const transactionHash = hashOf(`tx ${unique} ${index}`);
    const logs = events.map(([name, values]) => {
      const { topics, data } = hostInterface.encodeEventLog(name, values);
      return { address, topics, data, transactionHash, logIndex: toQuantity(logIndex++) };
    });
    const cumulativeGasUsed = toQuantity(50_000 * (index + 1));
    return { transactionHash, status: '0x1', cumulativeGasUsed, logsBloom: bloomOf(logs), logs };
  });
}

/** Receipts in a block whose hash and roots are made as a chain makes them. */
function placed(
  number: number,
  timestampSec: number,
  parent: SimBlock | undefined,
  receipts: readonly Unplaced[],
): Pick<SimBlock, 'hash' | 'header' | 'receipts'> {
  const header = {
    number: toQuantity(number),
    parentHash: parent?.hash ?? hashOf('nothing'),
    timestamp: toQuantity(timestampSec),
    transactionsRoot: hashOf(receipts.map(({ transactionHash }) => transactionHash).join()),
    receiptsRoot: listRoot(receipts.map((receipt) => receiptBytes({ ...receipt }))),
    logsBloom: bloomOf(receipts.flatMap(({ logs }) => logs)),
  };
  const hash = headerHash(header);
  const place = { blockNumber: header.number, blockHash: hash };
  const inPlace = receipts.map((receipt) => ({
    ...receipt,
    blockHash: hash,
    logs: receipt.logs.map((log) => ({ ...log, ...place })),
  }));
  return { hash, header, receipts: inPlace };
}

const bitsOf = new Map<string, BloomBits>();

function bloomOf(logs: readonly Pick<SimLog, 'address' | 'topics'>[]): string {
  if (logs.length === 0) return NO_BLOOM;
  const bytes = new Uint8Array(256);
  for (const value of logs.flatMap(({ address, topics }) => [address, ...topics])) {
    const bits = bitsOf.get(value) ?? bloomBits(value);
    bitsOf.set(value, bits);
    for (const bit of bits) bytes[255 - (bit >> 3)] = (bytes[255 - (bit >> 3)] ?? 0) | (1 << (bit & 7));
  }
  return `0x${Buffer.from(bytes).toString('hex')}`;
}

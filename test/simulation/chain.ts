import { createHash } from 'node:crypto';
import { toQuantity } from 'ethers';
import { hostInterface } from '../../indexer/contract/interface.ts';
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
}

export interface SimBlock {
  number: number;
  hash: string;
  parentHash: string;
  timestampSec: number;
  logsBloom: string;
  receipts: { transactionHash: string; blockHash: string; logsBloom: string; logs: SimLog[] }[];
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
    const hash = hashOf(`block ${unique} ${parent?.hash}`);
    const isBusy = parent !== undefined && random() < busy;
    const state = isBusy ? new ContractState(parent.state) : (parent?.state ?? new ContractState());
    const act = random() < 0.25 ? payment : anyAct;
    const calls = isBusy
      ? Array.from({ length: 1 + Math.floor(random() ** 3 * 5) }, (_, index) =>
          act(state, random, timestampSec, `${unique}.${index}`),
        )
      : [];
    const strange = isBusy && random() < 0.2 ? [calls[0] ?? []] : [];
    const block = { number, hash, parentHash: parent?.hash ?? hashOf('nothing'), timestampSec, state };
    const receipts = receiptsOf(hash, number, calls, strange);
    return { ...block, receipts, logsBloom: bloomOf(receipts.flatMap(({ logs }) => logs)) };
  }
}

export function logsIn({ receipts }: SimBlock): SimLog[] {
  return receipts.flatMap(({ logs }) => logs);
}

export function hashOf(text: string): string {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}

function receiptsOf(hash: string, number: number, calls: Emitted[][], strange: Emitted[][]) {
  let logIndex = 0;
  const all = [
    ...calls.map((events) => ({ events, address: CONTRACT })),
    ...strange.map((events) => ({ events, address: FOREIGN })),
  ];
  return all.map(({ events, address }, index) => {
    const transactionHash = hashOf(`tx ${hash} ${index}`);
    const logs = events.map(([name, values]) => {
      const { topics, data } = hostInterface.encodeEventLog(name, values);
      const place = { blockNumber: toQuantity(number), blockHash: hash, transactionHash };
      return { address, topics, data, ...place, logIndex: toQuantity(logIndex++) };
    });
    return { transactionHash, blockHash: hash, logsBloom: bloomOf(logs), logs };
  });
}

const bitsOf = new Map<string, BloomBits>();

function bloomOf(logs: readonly SimLog[]): string {
  if (logs.length === 0) return NO_BLOOM;
  const bytes = new Uint8Array(256);
  for (const value of logs.flatMap(({ address, topics }) => [address, ...topics])) {
    const bits = bitsOf.get(value) ?? bloomBits(value);
    bitsOf.set(value, bits);
    for (const bit of bits) bytes[255 - (bit >> 3)] = (bytes[255 - (bit >> 3)] ?? 0) | (1 << (bit & 7));
  }
  return `0x${Buffer.from(bytes).toString('hex')}`;
}

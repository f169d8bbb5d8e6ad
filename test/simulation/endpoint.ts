import { toQuantity } from 'ethers';
import { RpcError, rpcErrorOf } from '../../indexer/rpc/errors.ts';
import type { Rpc, RpcCall } from '../../indexer/rpc/rpc.ts';
import { pick, randomOf } from '../indexer/sync/hostile.ts';
import { hashOf, logsIn, type SimBlock, type SimChain, type SimLog } from './chain.ts';
import { type Chance, CONTRACT } from './contract.ts';

const FULL_BLOOM = `0x${'f'.repeat(512)}`;

/** What an endpoint always says falsely of some blocks, in the same words each time it is asked. */
interface Lie {
  /** Only receipts compared with the header's root can show it, behind the tip: `liar.ts` tries that. */
  needsProof: boolean;
  /** Whether the receipts lie as the lists of logs do; bloom and header never do. */
  inReceipts: boolean;
  of(logs: readonly SimLog[], random: Chance): readonly SimLog[];
}

export const LIES = {
  'a block is hidden': { needsProof: false, inReceipts: false, of: () => [] },
  'a kind of logs is hidden': {
    needsProof: false,
    inReceipts: false,
    of(logs, random) {
      const [hidden] = pick(random, logs).topics;
      return logs.filter(({ topics }) => topics[0] !== hidden);
    },
  },
  'one of two alike logs is hidden': { needsProof: true, inReceipts: true, of: withoutAlike },
  'a log is added': {
    needsProof: true,
    inReceipts: true,
    of: (logs) => [...logs, ...logs.slice(-1).map(after)],
  },
  'a log is altered': {
    needsProof: true,
    inReceipts: true,
    of: (logs) => logs.map((log) => ({ ...log, data: log.data.replace(/[1-9](?=[0-9a-f]*$)/, '0') })),
  },
} as const satisfies Record<string, Lie>;
export type LieName = keyof typeof LIES;

function withoutAlike(logs: readonly SimLog[]): readonly SimLog[] {
  // In one receipt: the bloom of each is compared.
  const kinds = Map.groupBy(logs, (log) => [log.transactionHash, log.address, ...log.topics].join());
  const one = [...kinds.values()].find(({ length }) => length > 1)?.[0];
  return logs.filter((log) => log !== one);
}

function after(log: SimLog): SimLog {
  return { ...log, logIndex: toQuantity(Number(log.logIndex) + 1) };
}

type Fault = (call: RpcCall, answer: unknown, random: Chance, ask: (call: RpcCall) => unknown) => unknown;

const refusal = (code: number | null, message: string): Fault => {
  return ({ method }) => {
    throw rpcErrorOf(method, { code, message, revert: null });
  };
};
const broken = (fault: 'unreachable' | 'timeout'): Fault => {
  return ({ method }) => {
    throw new RpcError(fault, method, 'as the seed has it');
  };
};

/** What becomes of an answer now and then. */
const FAULTS: Record<string, Fault> = {
  empty: (_, answer) => (Array.isArray(answer) ? [] : null),
  cut: (_, answer, random) => {
    if (!Array.isArray(answer)) return answer;
    return answer.slice(0, random() < 0.5 ? -1 : Math.floor(random() * answer.length));
  },
  malformed: (_, answer) =>
    typeof answer === 'object' && !Array.isArray(answer) ? { number: 'none' } : [{}],
  'full bloom': (_, answer) =>
    answer !== null && typeof answer === 'object' && 'parentHash' in answer
      ? { ...answer, logsBloom: FULL_BLOOM }
      : answer,
  'another block': ({ method, params: [named] }, answer, random, ask) => {
    const beside = (number: unknown) => toQuantity(Math.max(0, Number(number) + (random() < 0.5 ? 1 : -1)));
    if (method === 'eth_getBlockByNumber' && String(named).startsWith('0x'))
      return ask({ method, params: [beside(named), false] });
    const { blockHash } = Object(named) as Filter;
    if (method !== 'eth_getLogs' || blockHash === undefined) return answer;
    const { number } = ask({ method: 'eth_getBlockByHash', params: [blockHash, false] }) as {
      number: string;
    };
    const fromBlock = beside(number);
    return ask({ method, params: [{ fromBlock, toBlock: fromBlock }] });
  },
  refused: refusal(-32603, 'internal error'),
  limited: refusal(429, 'too many requests'),
  late: broken('timeout'),
  gone: broken('unreachable'),
};
const FAULT_NAMES = Object.keys(FAULTS);

export interface Character {
  /** How likely an answer is spoiled. */
  rate: number;
  /** How, for the most part. */
  habit: string | null;
  /** Of the widest range of logs it takes. */
  maxRange: number;
  /** Logs of others are answered too. */
  ignoresAddress: boolean;
  hasReceipts: boolean;
  tellsFinal: boolean;
  /** How likely it sees what is new before an answer. */
  follows: number;
  /** Ranges are answered with logs that a reorganisation removed. */
  tellsRemoved: boolean;
  /** Several nodes, of which one may be behind another. */
  balanced: boolean;
  lie: LieName | null;
  /** How many of the blocks it lies about. */
  lieRate: number;
}

export function characterOf(random: Chance, lies: readonly LieName[]): Character {
  return {
    rate: random() < 0.2 ? 0 : random() ** 2 * 0.3,
    habit: random() < 0.5 ? pick(random, FAULT_NAMES) : null,
    maxRange: pick(random, [3, 20, 1_000, 1_000]),
    ignoresAddress: random() < 0.3,
    hasReceipts: random() < 0.7,
    tellsFinal: random() < 0.6,
    follows: 0.1 + random() * 0.9,
    tellsRemoved: random() < 0.2,
    balanced: random() < 0.5,
    lie: random() < 0.4 ? pick(random, lies) : null,
    lieRate: 0.1 + random() * 0.9,
  };
}

/** A node, or several behind one address, of a chain: answers as its character and the seed have it. */
export class SimEndpoint implements Rpc {
  calm = false;
  readonly character: Character;
  readonly #chain: SimChain;
  readonly #random: Chance;
  #seen: readonly SimBlock[];
  #seenBefore: readonly SimBlock[];

  constructor(chain: SimChain, random: Chance, character: Character) {
    this.#chain = chain;
    this.#random = random;
    this.character = character;
    this.#seen = chain.blocks;
    this.#seenBefore = chain.blocks;
  }

  async batch(calls: readonly RpcCall[], { signal }: { signal?: AbortSignal | undefined } = {}) {
    signal?.throwIfAborted();
    if (this.#seen !== this.#chain.blocks && (this.calm || this.#random() < this.character.follows)) {
      if (this.#random() < 0.5) this.#seenBefore = this.#seen;
      this.#seen = this.#chain.blocks;
    }
    this.#seen = this.#notTooOld(this.#seen);
    this.#seenBefore = this.#notTooOld(this.#seenBefore);
    return calls.map((call) => structuredClone(this.#spoiled(call)));
  }

  /** No node stays on a fork that was left for good: hosts keep what they can undo for as long as nodes may lag. */
  #notTooOld(blocks: readonly SimBlock[]): readonly SimBlock[] {
    const now = this.#chain.blocks;
    const number = Math.min(this.#chain.final, blocks.length - 1);
    return blocks[number]?.hash === now[number]?.hash ? blocks : now;
  }

  #spoiled(call: RpcCall): unknown {
    const { rate, habit, balanced } = this.character;
    const isBehind = balanced && !this.calm && this.#random() < 0.2;
    const ask = (one: RpcCall) => this.#answer(one, isBehind ? this.#seenBefore : this.#seen);
    const answer = ask(call);
    if (this.calm || this.#random() >= rate) return answer;
    const name = habit && this.#random() < 0.8 ? habit : pick(this.#random, FAULT_NAMES);
    return FAULTS[name]?.(call, answer, this.#random, ask);
  }

  #answer({ method, params: [first, second] }: RpcCall, blocks: readonly SimBlock[]): unknown {
    const head = blocks.length - 1;
    const at = (number: unknown) => blocks[Number(number)];
    const byHash = (hash: unknown) => this.#byHash(hash, blocks);
    const refuse = (code: number, message: string) => rpcErrorOf(method, { code, message, revert: null });
    if (method === 'eth_chainId') return '0x1';
    if (method === 'eth_blockNumber') return toQuantity(head);
    if (method === 'eth_getBlockByHash') return headerOf(byHash(first));
    if (method === 'eth_getLogs') return this.#logs(first as Filter, blocks);
    if (method === 'eth_getTransactionReceipt') return this.#receipt(first, blocks) ?? null;
    if (method === 'eth_getBlockReceipts') {
      if (!this.character.hasReceipts) throw refuse(-32601, 'the method eth_getBlockReceipts does not exist');
      const block = byHash(first);
      return block ? block.receipts.map((_, index) => this.#receiptOf(block, index)) : null;
    }
    if (method === 'eth_getBlockByNumber') {
      if (first === 'latest') return headerOf(at(head));
      if (first !== 'finalized') return headerOf(at(first));
      if (!this.character.tellsFinal) throw refuse(-32602, 'no such block');
      return headerOf(at(Math.min(this.#chain.final, head)));
    }
    const block = at(second);
    if (!block) throw refuse(-32000, 'header not found');
    if (method === 'eth_getBalance') return toQuantity(block.state.balances.get(ZERO) ?? 0n);
    const { to, data } = first as { to: string; data: string };
    if (to === CONTRACT) return block.state.call(data, block.timestampSec);
    return toWord(block.state.balances.get(to) ?? 0n);
  }

  #logs({ blockHash, fromBlock, toBlock }: Filter, blocks: readonly SimBlock[]): SimLog[] {
    const { maxRange, ignoresAddress, tellsRemoved } = this.character;
    const refuse = (message: string) => rpcErrorOf('eth_getLogs', { code: -32000, message, revert: null });
    const [from, to] = [Number(fromBlock), Number(toBlock)];
    if (to - from >= maxRange) throw refuse('block range too large');
    const asked =
      blockHash === undefined ? blocks.slice(from, to + 1) : [this.#byHash(blockHash, blocks) ?? []].flat();
    if (blockHash !== undefined && asked.length === 0) throw refuse('unknown block');
    return asked
      .flatMap((block) => this.#told(block, false))
      .flatMap((log) => (tellsRemoved && blockHash === undefined ? [removed(log), log] : [log]))
      .filter(({ address }) => ignoresAddress || address === CONTRACT);
  }

  /** Nodes know blocks of forks that they have left. */
  #byHash(hash: unknown, blocks: readonly SimBlock[]): SimBlock | undefined {
    for (const known of [blocks, this.#seen, this.#seenBefore]) {
      const found = known.find((block) => block.hash === hash);
      if (found) return found;
    }
    return undefined;
  }

  #receipt(hash: unknown, blocks: readonly SimBlock[]): unknown {
    for (const block of blocks.toReversed()) {
      const index = block.receipts.findIndex(({ transactionHash }) => transactionHash === hash);
      if (index >= 0) return this.#receiptOf(block, index);
    }
    return undefined;
  }

  #receiptOf(block: SimBlock, index: number): unknown {
    const receipt = block.receipts[index];
    const told = this.#told(block, true);
    return { ...receipt, logs: told.filter((log) => log.transactionHash === receipt?.transactionHash) };
  }

  /** Of one block always the same. */
  #told(block: SimBlock, inReceipts: boolean): readonly SimLog[] {
    const logs = logsIn(block);
    const { lie, lieRate } = this.character;
    const random = randomOf(Number.parseInt(block.hash.slice(2, 10), 16));
    if (!lie || logs.length === 0 || random() >= lieRate || (inReceipts && !LIES[lie].inReceipts))
      return logs;
    return LIES[lie].of(logs, random);
  }
}

/** As it stood in a block that the chain has left. */
function removed(log: SimLog): SimLog {
  return { ...log, blockHash: hashOf(`left ${log.blockHash}`), removed: true };
}

interface Filter {
  blockHash?: string;
  fromBlock?: string;
  toBlock?: string;
}

const ZERO = `0x${'0'.repeat(40)}`;

function toWord(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}

function headerOf(block: SimBlock | undefined): unknown {
  if (!block) return null;
  const { header, hash, receipts } = block;
  return { ...header, hash, transactions: receipts.map(({ transactionHash }) => transactionHash) };
}

import { ZeroHash } from 'ethers';
import { lagging, RpcError } from '../rpc/errors.ts';
import type { RawLog } from '../rpc/log.ts';
import { call, type Rpc } from '../rpc/rpc.ts';
import { type Header, type SourceBlock, toHeader, toLogs, toQuantity } from './blocks.ts';
import { createPromised } from './promise.ts';
import { createReceipts } from './receipts.ts';

/**
 * Blocks and logs of the indexed contracts, checked for what endpoints do to them: an answer without logs is not
 * believed against a header that promises some, then the block's receipts have the last word.
 */
export interface LogSource {
  identity(): Promise<{ chainId: number; genesisHash: string }>;
  /** Number of the newest block, by the smallest call there is. */
  headNumber(): Promise<number>;
  head(): Promise<Header>;
  /** The last block that can't be reorganised any more; `null` where the chain doesn't say. */
  finalized(): Promise<number | null>;
  /** `null` when the chain is shorter. */
  headerAt(number: number): Promise<Header | null>;
  /** Blocks `[from, to]` one by one, each naming its parent, logs asked for by block hash. For the chain's head. */
  blocks(from: number, to: number, signal: AbortSignal): Promise<SourceBlock[]>;
  /** The blocks in `[from, to]` that hold logs, and always block `to`. One request for the logs: may be too much. */
  range(from: number, to: number, signal: AbortSignal, options?: RangeOptions): Promise<SourceBlock[]>;
  /** The blocks in `[from, to]` that do not hold as many logs as `counts` has, with the logs that they hold. */
  differing(
    from: number,
    to: number,
    counts: ReadonlyMap<number, number>,
    signal: AbortSignal,
  ): Promise<SourceBlock[]>;
}

export interface RangeOptions {
  /** Compares the logs with the header of each block, not only with those of blocks that have some. */
  everyHeader?: boolean;
}

export interface SourceOptions {
  rpc: Rpc;
  /** Contracts to index. */
  addresses: readonly string[];
  /** First topics of the events that matter. */
  topics: readonly string[];
}

/** Blocks whose receipts are asked for at a time. */
const RECEIPTS_AT_ONCE = 8;

/** All methods throw {RpcError}. */
export function createLogSource({ rpc, addresses, topics }: SourceOptions): LogSource {
  const contracts = new Set(addresses.map((address) => address.toLowerCase()));
  const promised = createPromised(contracts, topics);
  const receipts = createReceipts(rpc);
  const address = [...contracts];

  /** Another endpoint may know better. */
  function contradiction(what: string): RpcError {
    rpc.switchEndpoint?.();
    return lagging(what);
  }

  function headerOf(answer: unknown, number: number): Header {
    if (answer === null) throw contradiction(`has no block ${number}`);
    const header = toHeader(answer, `block ${number}`);
    if (header.number !== number) throw contradiction(`answers block ${header.number} for block ${number}`);
    return header;
  }

  async function headers(numbers: readonly number[], signal: AbortSignal): Promise<Header[]> {
    const answers = await rpc.batch(
      numbers.map((number) => ({ method: 'eth_getBlockByNumber', params: [toQuantity(number), false] })),
      { signal },
    );
    return answers.map((answer, index) => headerOf(answer, numbers[index] ?? 0));
  }

  /** Hardhat's blocks of `hardhat_mine` name no parent: it is the block before. */
  async function withParents(found: readonly Header[], signal: AbortSignal): Promise<Header[]> {
    const byNumber = new Map(found.map((header) => [header.number, header]));
    const orphans = found.filter(({ number, parentHash }) => number > 0 && parentHash === ZeroHash);
    const missing = orphans.map(({ number }) => number - 1).filter((number) => !byNumber.has(number));
    for (const header of await headers(missing, signal)) byNumber.set(header.number, header);
    return found.map((header) => {
      const parent = header.parentHash === ZeroHash ? byNumber.get(header.number - 1) : undefined;
      return parent ? { ...header, parentHash: parent.hash } : header;
    });
  }

  /** Answers of several nodes on several forks don't fit together. */
  function requireChain(found: readonly Header[]): void {
    found.forEach((header, index) => {
      const before = found[index - 1];
      if (before && header.parentHash !== before.hash)
        throw contradiction(`answers block ${header.number} that does not follow its block ${before.number}`);
    });
  }

  function ownLogs(answer: unknown): RawLog[] {
    return toLogs(answer).filter((log) => contracts.has(log.address));
  }

  async function inReceipts(header: Header, signal: AbortSignal): Promise<RawLog[]> {
    return (await receipts.logsOf(header, signal)).filter((log) => contracts.has(log.address));
  }

  async function logsByHash(found: readonly Header[], signal: AbortSignal): Promise<RawLog[][]> {
    const calls = found.map(({ hash }) => ({
      method: 'eth_getLogs',
      params: [{ blockHash: hash, address }],
    }));
    return (await rpc.batch(calls, { signal })).map(ownLogs);
  }

  /** @param last what the receipts say, where they were asked. */
  function blockOf(header: Header, found: readonly RawLog[], last: readonly RawLog[] | null): SourceBlock {
    if (found.some((log) => log.blockHash !== header.hash))
      throw contradiction(`answers logs of another block ${header.number} than its header`);
    if (last && last.length < found.length)
      throw contradiction(`answers logs of block ${header.number} that its receipts lack`);
    return { ...header, logs: (last ?? found).toSorted((a, b) => a.logIndex - b.logIndex) };
  }

  /** The tail of an answer is what is cut off as a rule; not to be told by an endpoint without receipts. */
  async function tail(header: Header, found: readonly RawLog[], signal: AbortSignal): Promise<SourceBlock> {
    const last = await inReceipts(header, signal).catch((error: unknown) => {
      const isRefused = error instanceof RpcError && error.answer !== null && error.fault !== 'rate-limited';
      if (isRefused) return null;
      throw error;
    });
    return blockOf(header, found, last);
  }

  return {
    async identity() {
      const [chainId, genesis] = await rpc.batch([
        { method: 'eth_chainId', params: [] },
        { method: 'eth_getBlockByNumber', params: ['0x0', false] },
      ]);
      return { chainId: Number(chainId), genesisHash: headerOf(genesis, 0).hash };
    },

    async headNumber() {
      return Number(await call(rpc, 'eth_blockNumber', []));
    },

    async head() {
      return toHeader(await call(rpc, 'eth_getBlockByNumber', ['latest', false]), 'latest block');
    },

    async finalized() {
      try {
        const answer = await call(rpc, 'eth_getBlockByNumber', ['finalized', false]);
        return answer === null ? null : toHeader(answer, 'finalized block').number;
      } catch (error) {
        // Whatever the words: a chain that has no such block says so in its own.
        if (error instanceof RpcError && (error.answer !== null || !error.retryable)) return null;
        throw error;
      }
    },

    async headerAt(number) {
      const answer = await call(rpc, 'eth_getBlockByNumber', [toQuantity(number), false]);
      return answer === null ? null : headerOf(answer, number);
    },

    async blocks(from, to, signal) {
      const found = await withParents(await headers(numbersBetween(from, to), signal), signal);
      requireChain(found);
      const [logs, last] = await Promise.all([
        logsByHash(found, signal),
        severalAtOnce(found, async (header) =>
          promised.any(header) ? await inReceipts(header, signal) : null,
        ),
      ]);
      return found.map((header, index) => blockOf(header, logs[index] ?? [], last[index] ?? null));
    },

    async range(from, to, signal, { everyHeader = false } = {}) {
      const filter = { fromBlock: toQuantity(from), toBlock: toQuantity(to), address };
      // Together, so that one node behind a load balancer answers both: no block `to`, no trust in its logs.
      const [logsAnswer, lastAnswer] = await rpc.batch(
        [
          { method: 'eth_getLogs', params: [filter] },
          { method: 'eth_getBlockByNumber', params: [toQuantity(to), false] },
        ],
        { signal },
      );
      const lastHeader = headerOf(lastAnswer, to);
      const byBlock = Map.groupBy(ownLogs(logsAnswer), (log) => log.blockNumber);
      const withLogs = [...byBlock.keys()].sort((a, b) => a - b);
      const others = everyHeader ? numbersBetween(from, to - 1) : withLogs.filter((number) => number !== to);
      const found = await withParents([...(await headers(others, signal)), lastHeader], signal);
      if (everyHeader) requireChain(found);
      const end = withLogs.at(-1);
      const blocks = await severalAtOnce(found, async (header) => {
        const logs = byBlock.get(header.number) ?? [];
        const isDoubtful = everyHeader ? promised.more(header, logs) : !logs.length && promised.any(header);
        if (isDoubtful) return blockOf(header, logs, await inReceipts(header, signal));
        return header.number === end ? await tail(header, logs, signal) : blockOf(header, logs, null);
      });
      return blocks.filter(({ logs, number }) => logs.length > 0 || number === to);
    },

    async differing(from, to, counts, signal) {
      const found = await withParents(await headers(numbersBetween(from, to), signal), signal);
      requireChain(found);
      const looked = found.filter((header) => counts.has(header.number) || promised.any(header));
      const logs = await logsByHash(looked, signal);
      const blocks = await severalAtOnce(looked, async (header, index) => {
        const count = counts.get(header.number) ?? 0;
        const seen = logs[index] ?? [];
        const isSure = count > 0 && seen.length === count;
        return blockOf(header, seen, isSure ? null : await inReceipts(header, signal));
      });
      return blocks.filter((block) => block.logs.length !== (counts.get(block.number) ?? 0));
    },
  };
}

function numbersBetween(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function severalAtOnce<Item, Result>(
  items: readonly Item[],
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < items.length) {
    const start = results.length;
    const some = items.slice(start, start + RECEIPTS_AT_ONCE);
    results.push(...(await Promise.all(some.map((item, index) => task(item, start + index)))));
  }
  return results;
}

import { toQuantity, ZeroHash } from 'ethers';
import { lagging, RpcError } from '../rpc/errors.ts';
import type { RawLog } from '../rpc/log.ts';
import { call, type Rpc } from '../rpc/rpc.ts';
import type { BlockRange } from '../store/store.ts';
import { type BloomFilter, createBloomFilter } from './bloom.ts';
import { type Header, type SourceBlock, toHeader, toLogs, toNumber } from './header.ts';
import { Receipts } from './receipts.ts';

export interface SourceOptions {
  rpc: Rpc;
  /** Contracts to index. */
  addresses: readonly string[];
  /** First topics of the events that matter. */
  topics: readonly string[];
}

/** Blocks whose receipts are asked for at a time. */
const RECEIPTS_AT_ONCE = 8;

/**
 * Blocks and logs of the indexed contracts, checked for what endpoints do to them: an answer without logs is not
 * believed against a header whose bloom holds some, then the block's receipts decide. All methods throw {RpcError}.
 */
export class LogSource {
  readonly #rpc: Rpc;
  readonly #contracts: ReadonlySet<string>;
  readonly #mayHold: BloomFilter;
  readonly #receipts: Receipts;

  constructor({ rpc, addresses, topics }: SourceOptions) {
    this.#rpc = rpc;
    this.#contracts = new Set(addresses.map((address) => address.toLowerCase()));
    this.#mayHold = createBloomFilter(this.#contracts, topics);
    this.#receipts = new Receipts(rpc);
  }

  async identity(): Promise<{ chainId: number; genesisHash: string }> {
    const [chainId, genesis] = await this.#rpc.batch([{ method: 'eth_chainId', params: [] }, headerCall(0)]);
    return { chainId: toNumber(chainId), genesisHash: this.#headerOf(genesis, 0).hash };
  }

  /** Number of the newest block, by the smallest call there is. */
  async headNumber(): Promise<number> {
    return Number(await call(this.#rpc, 'eth_blockNumber', []));
  }

  async head(): Promise<Header> {
    return toHeader(await call(this.#rpc, 'eth_getBlockByNumber', ['latest', false]), 'latest block');
  }

  /** The last block that can't be reorganised any more; `null` where the chain doesn't say. */
  async finalized(): Promise<number | null> {
    try {
      const answer = await call(this.#rpc, 'eth_getBlockByNumber', ['finalized', false]);
      return answer === null ? null : toHeader(answer, 'finalized block').number;
    } catch (error) {
      // A chain that has no such block refuses in words of its own.
      if (error instanceof RpcError && (error.answer !== null || !error.retryable)) return null;
      throw error;
    }
  }

  /** `null` when the chain is shorter. */
  async headerAt(number: number): Promise<Header | null> {
    const [answer] = await this.#rpc.batch([headerCall(number)]);
    return answer === null ? null : this.#headerOf(answer, number);
  }

  /** Blocks `[from, to]` one by one, each naming its parent, logs asked for by block hash. For the chain's head. */
  async blocks(from: number, to: number, signal: AbortSignal): Promise<SourceBlock[]> {
    const headers = await this.#chainOf(numbersBetween(from, to), signal);
    const [logs, inReceipts] = await Promise.all([
      this.#logsByHash(headers, signal),
      severalAtOnce(headers, async (header) =>
        this.#mayHold(header) ? await this.#logsIn(header, signal) : null,
      ),
    ]);
    return headers.map((header, index) =>
      this.#blockOf(header, logs[index] ?? [], inReceipts[index] ?? null),
    );
  }

  /**
   * The blocks in `[from, to]` that hold logs, and always block `to`. One request for the logs: may be too much.
   * @param options `everyHeader` compares the logs with the header of each block, not only of those that have some.
   */
  async range(
    from: number,
    to: number,
    signal: AbortSignal,
    { everyHeader = false }: { everyHeader?: boolean } = {},
  ): Promise<SourceBlock[]> {
    const filter = { fromBlock: toQuantity(from), toBlock: toQuantity(to), address: [...this.#contracts] };
    // Together, so that one node behind a load balancer answers both: no block `to`, no trust in its logs.
    const calls = [{ method: 'eth_getLogs', params: [filter] }, headerCall(to)];
    const [logsAnswer, lastAnswer] = await this.#rpc.batch(calls, { signal });
    const lastHeader = this.#headerOf(lastAnswer, to);
    const byBlock = Map.groupBy(this.#ownLogs(logsAnswer), (log) => log.blockNumber);
    const withLogs = [...byBlock.keys()].sort((a, b) => a - b);
    const others = everyHeader ? numbersBetween(from, to - 1) : withLogs.filter((number) => number !== to);
    const headers = await this.#withParents([...(await this.#headers(others, signal)), lastHeader], signal);
    if (everyHeader) this.#requireChain(headers);
    const end = withLogs.at(-1);
    const blocks = await severalAtOnce(headers, async (header) => {
      const logs = byBlock.get(header.number) ?? [];
      const isDoubtful = everyHeader ? this.#mayHold(header, logs) : !logs.length && this.#mayHold(header);
      if (isDoubtful) return this.#blockOf(header, logs, await this.#logsIn(header, signal));
      return header.number === end
        ? await this.#lastOf(header, logs, signal)
        : this.#blockOf(header, logs, null);
    });
    return blocks.filter(({ logs, number }) => logs.length > 0 || number === to);
  }

  /** The blocks in the range that do not hold as many logs as `counts` has, with the logs that they hold. */
  async differing(
    { from, to }: BlockRange,
    counts: ReadonlyMap<number, number>,
    signal: AbortSignal,
  ): Promise<SourceBlock[]> {
    const chain = await this.#chainOf(numbersBetween(from, to), signal);
    const headers = chain.filter((header) => counts.has(header.number) || this.#mayHold(header));
    const found = await this.#logsByHash(headers, signal);
    const blocks = await severalAtOnce(headers, async (header, index) => {
      const count = counts.get(header.number) ?? 0;
      const logs = found[index] ?? [];
      const isSure = count > 0 && logs.length === count && !this.#mayHold(header, logs);
      return this.#blockOf(header, logs, isSure ? null : await this.#logsIn(header, signal));
    });
    return blocks.filter((block) => block.logs.length !== (counts.get(block.number) ?? 0));
  }

  /** To be called where answers can't be used: another endpoint may answer otherwise. */
  switchEndpoint(): void {
    this.#rpc.switchEndpoint?.();
  }

  async #headers(numbers: readonly number[], signal: AbortSignal): Promise<Header[]> {
    const answers = await this.#rpc.batch(numbers.map(headerCall), { signal });
    return answers.map((answer, index) => this.#headerOf(answer, numbers[index] ?? 0));
  }

  async #chainOf(numbers: readonly number[], signal: AbortSignal): Promise<Header[]> {
    const headers = await this.#withParents(await this.#headers(numbers, signal), signal);
    this.#requireChain(headers);
    return headers;
  }

  /** Hardhat's blocks of `hardhat_mine` name no parent: it is the block before. */
  async #withParents(headers: readonly Header[], signal: AbortSignal): Promise<Header[]> {
    const byNumber = new Map(headers.map((header) => [header.number, header]));
    const orphans = headers.filter(({ number, parentHash }) => number > 0 && parentHash === ZeroHash);
    const missing = orphans.map(({ number }) => number - 1).filter((number) => !byNumber.has(number));
    for (const header of await this.#headers(missing, signal)) byNumber.set(header.number, header);
    return headers.map((header) => {
      const parent = header.parentHash === ZeroHash ? byNumber.get(header.number - 1) : undefined;
      return parent ? { ...header, parentHash: parent.hash } : header;
    });
  }

  /** Answers of several nodes on several forks don't fit together. */
  #requireChain(headers: readonly Header[]): void {
    headers.forEach((header, index) => {
      const before = headers[index - 1];
      if (before && header.parentHash !== before.hash)
        throw this.#contradiction(
          `answers block ${header.number} that does not follow its block ${before.number}`,
        );
    });
  }

  #headerOf(answer: unknown, number: number): Header {
    if (answer === null) throw this.#contradiction(`has no block ${number}`);
    const header = toHeader(answer, `block ${number}`);
    if (header.number !== number)
      throw this.#contradiction(`answers block ${header.number} for block ${number}`);
    return header;
  }

  async #logsByHash(headers: readonly Header[], signal: AbortSignal): Promise<RawLog[][]> {
    const address = [...this.#contracts];
    const calls = headers.map(({ hash }) => ({
      method: 'eth_getLogs',
      params: [{ blockHash: hash, address }],
    }));
    return (await this.#rpc.batch(calls, { signal })).map((answer) => this.#ownLogs(answer));
  }

  #ownLogs(answer: unknown): RawLog[] {
    return toLogs(answer).filter((log) => this.#contracts.has(log.address));
  }

  async #logsIn(header: Header, signal: AbortSignal): Promise<RawLog[]> {
    return (await this.#receipts.logsOf(header, signal)).filter((log) => this.#contracts.has(log.address));
  }

  /** The tail of an answer is what is cut off as a rule; an endpoint without receipts can't show it. */
  async #lastOf(header: Header, found: readonly RawLog[], signal: AbortSignal): Promise<SourceBlock> {
    const inReceipts = await this.#logsIn(header, signal).catch((error: unknown) => {
      const isRefused = error instanceof RpcError && error.answer !== null && error.fault !== 'rate-limited';
      if (isRefused) return null;
      throw error;
    });
    return this.#blockOf(header, found, inReceipts);
  }

  /** @param inReceipts `null` where the receipts were not asked. */
  #blockOf(header: Header, found: readonly RawLog[], inReceipts: readonly RawLog[] | null): SourceBlock {
    if (found.some((log) => log.blockHash !== header.hash))
      throw this.#contradiction(`answers logs of another block ${header.number} than its header`);
    if (inReceipts && inReceipts.length < found.length)
      throw this.#contradiction(`answers logs of block ${header.number} that its receipts lack`);
    return { ...header, logs: (inReceipts ?? found).toSorted((a, b) => a.logIndex - b.logIndex) };
  }

  #contradiction(what: string): RpcError {
    this.switchEndpoint();
    return lagging(what);
  }
}

function headerCall(number: number) {
  return { method: 'eth_getBlockByNumber', params: [toQuantity(number), false] };
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

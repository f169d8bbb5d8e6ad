import { ZeroHash } from 'ethers';
import { type Header, type RawLog, type SourceBlock, toHeader, toLogs, toQuantity } from './blocks.ts';
import { type BloomBits, bloomBits, bloomMayHold } from './bloom.ts';
import { call, type Rpc } from './rpc.ts';
import { RpcError } from './rpc-errors.ts';

/** Blocks and logs of the indexed contracts, checked for what lagging endpoints do to them. */
export interface ChainSource {
  identity(): Promise<{ chainId: number; genesisHash: string }>;
  head(): Promise<Header>;
  /** The last block that can't be reorganised any more; `null` where the chain doesn't say. */
  finalized(): Promise<number | null>;
  /** `null` when the chain is shorter. */
  headerAt(number: number): Promise<Header | null>;
  /** Blocks `[from, to]` one by one, each naming its parent, logs asked for by block hash. For the chain's head. */
  blocks(from: number, to: number, signal: AbortSignal): Promise<SourceBlock[]>;
  /** The blocks in `[from, to]` that hold logs, and always block `to`. One request for the logs: may be too much. */
  range(from: number, to: number, signal: AbortSignal): Promise<SourceBlock[]>;
}

export interface SourceOptions {
  rpc: Rpc;
  /** Contracts to index. */
  addresses: readonly string[];
  /** First topics of the events that matter. */
  topics: readonly string[];
}

/** How often a block whose bloom promises logs may answer none, where receipts can't tell, before that is believed. */
const LOOKS_BEFORE_BELIEVED = 5;

/** All methods throw {RpcError}. */
export function createChainSource({ rpc, addresses, topics }: SourceOptions): ChainSource {
  const contracts = new Set(addresses.map((address) => address.toLowerCase()));
  const contractBits = [...contracts].map(bloomBits);
  const topicBits = topics.map(bloomBits);
  const looks = new Map<string, number>();
  const address = [...contracts];

  async function headers(numbers: readonly number[], signal: AbortSignal): Promise<Header[]> {
    const answers = await rpc.batch(
      numbers.map((number) => ({ method: 'eth_getBlockByNumber', params: [toQuantity(number), false] })),
      { signal },
    );
    return answers.map((answer, index) => toHeader(answer, `block ${numbers[index]}`));
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

  function promisesLogs({ logsBloom }: Header): boolean {
    const holds = (bits: BloomBits) => bloomMayHold(logsBloom, bits);
    return contractBits.some(holds) && topicBits.some(holds);
  }

  /** A block answered no logs though its bloom promises some: asks for its receipts, which are the last word. */
  async function logsInReceipts(header: Header, signal: AbortSignal): Promise<RawLog[]> {
    try {
      const receipts = await call(rpc, 'eth_getBlockReceipts', [header.hash], signal);
      if (!Array.isArray(receipts)) throw lagging(`has no receipts of block ${header.number} yet`);
      const logs = receipts.flatMap((receipt: { logs: unknown }) => toLogs(receipt.logs));
      return logs.filter((log) => contracts.has(log.address));
    } catch (error) {
      if (!(error instanceof RpcError) || error.retryable) throw error;
      const seen = (looks.get(header.hash) ?? 0) + 1;
      looks.set(header.hash, seen);
      if (seen < LOOKS_BEFORE_BELIEVED)
        throw lagging(`answers no logs of block ${header.number}, its bloom holds some`);
      looks.delete(header.hash);
      return [];
    }
  }

  async function withLogs(header: Header, found: RawLog[], signal: AbortSignal): Promise<SourceBlock> {
    const logs = found.length === 0 && promisesLogs(header) ? await logsInReceipts(header, signal) : found;
    if (logs.some((log) => log.blockHash !== header.hash)) {
      throw lagging(`answers logs of another block ${header.number} than its header`);
    }
    return { ...header, logs: logs.sort((a, b) => a.logIndex - b.logIndex) };
  }

  return {
    async identity() {
      const [chainId, genesis] = await rpc.batch([
        { method: 'eth_chainId', params: [] },
        { method: 'eth_getBlockByNumber', params: ['0x0', false] },
      ]);
      return { chainId: Number(chainId), genesisHash: toHeader(genesis, 'block 0').hash };
    },

    async head() {
      return toHeader(await call(rpc, 'eth_getBlockByNumber', ['latest', false]), 'latest block');
    },

    async finalized() {
      try {
        const answer = await call(rpc, 'eth_getBlockByNumber', ['finalized', false]);
        return answer === null ? null : toHeader(answer, 'finalized block').number;
      } catch (error) {
        if (error instanceof RpcError && !error.retryable) return null;
        throw error;
      }
    },

    async headerAt(number) {
      const answer = await call(rpc, 'eth_getBlockByNumber', [toQuantity(number), false]);
      return answer === null ? null : toHeader(answer, `block ${number}`);
    },

    async blocks(from, to, signal) {
      const found = await withParents(await headers(numbersBetween(from, to), signal), signal);
      requireChain(found);
      const answers = await rpc.batch(
        found.map(({ hash }) => ({ method: 'eth_getLogs', params: [{ blockHash: hash, address }] })),
        { signal },
      );
      return Promise.all(found.map((header, index) => withLogs(header, toLogs(answers[index]), signal)));
    },

    async range(from, to, signal) {
      const filter = { fromBlock: toQuantity(from), toBlock: toQuantity(to), address };
      // Together, so that one node behind a load balancer answers both: no block `to`, no trust in its logs.
      const [logsAnswer, lastAnswer] = await rpc.batch(
        [
          { method: 'eth_getLogs', params: [filter] },
          { method: 'eth_getBlockByNumber', params: [toQuantity(to), false] },
        ],
        { signal },
      );
      const last = toHeader(lastAnswer, `block ${to}`);
      const byBlock = Map.groupBy(toLogs(logsAnswer), (log) => log.blockNumber);
      const others = [...byBlock.keys()].filter((number) => number !== to).sort((a, b) => a - b);
      const found = await withParents([...(await headers(others, signal)), last], signal);
      return Promise.all(found.map((header) => withLogs(header, byBlock.get(header.number) ?? [], signal)));
    },
  };
}

function numbersBetween(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Answers of several nodes on several forks don't fit together. */
function requireChain(headers: readonly Header[]): void {
  headers.forEach((header, index) => {
    const before = headers[index - 1];
    if (before && header.parentHash !== before.hash) {
      throw lagging(`answers block ${header.number} that does not follow its block ${before.number}`);
    }
  });
}

function lagging(what: string): RpcError {
  return new RpcError('lagging', 'eth_getLogs', `the endpoint ${what}`);
}

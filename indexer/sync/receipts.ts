import { lagging, RpcError } from '../rpc/errors.ts';
import type { RawLog } from '../rpc/log.ts';
import { call, type Rpc } from '../rpc/rpc.ts';
import { type Header, toLogs } from './blocks.ts';
import { explains, isFull } from './bloom.ts';

/** All logs of blocks as their receipts tell them: the last word where logs and bloom of a block disagree. */
export interface Receipts {
  /** @throws {RpcError} also where the receipts do not explain the block's bloom. */
  logsOf(header: Header, signal: AbortSignal): Promise<RawLog[]>;
}

/** So often refused in a row, in whatever words, and an endpoint does not have the method. */
const LASTING = 2;
/** Blocks until it is tried again: another endpoint may answer by then. */
const PAUSE_BLOCKS = 100;

export function createReceipts(rpc: Rpc): Receipts {
  let refusals = 0;
  let pausedFor = 0;

  async function ofBlock({ hash, number }: Header, signal: AbortSignal): Promise<unknown[]> {
    if (pausedFor > 0) {
      pausedFor -= 1;
      return await oneByOne(hash, signal);
    }
    try {
      const receipts = await call(rpc, 'eth_getBlockReceipts', [hash], signal);
      // Some take numbers alone, and know no block by its hash.
      if (!Array.isArray(receipts)) throw lagging(`has no receipts of block ${number} yet`);
      refusals = 0;
      return receipts;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      refusals += 1;
      if (error.retryable && refusals < LASTING) throw error;
      if (refusals >= LASTING) pausedFor = PAUSE_BLOCKS;
      return await oneByOne(hash, signal);
    }
  }

  async function oneByOne(hash: string, signal: AbortSignal): Promise<unknown[]> {
    const block = await call(rpc, 'eth_getBlockByHash', [hash, false], signal);
    const { transactions } = (block ?? {}) as { transactions?: unknown[] };
    if (!transactions) throw lagging(`has no block ${hash}`);
    const calls = transactions.map((txHash) => ({ method: 'eth_getTransactionReceipt', params: [txHash] }));
    return await rpc.batch(calls, { signal });
  }

  return {
    async logsOf(header, signal) {
      const receipts = (await ofBlock(header, signal)).map(readReceipt);
      const logs = receipts.flatMap((receipt) => receipt.logs);
      const isOfBlock = receipts.every(({ blockHash }) => blockHash === header.hash);
      // A bloom does not tell how often: where several receipts hold alike logs, one of them can be cut off unseen.
      const isWhole =
        receipts.length >= header.transactions &&
        receipts.every(isExplained) &&
        (isFull(header.logsBloom) || explains(logs, header.logsBloom));
      if (isOfBlock && isWhole) return logs;
      rpc.switchEndpoint?.();
      throw lagging(`answers receipts of block ${header.number} that are not all of its receipts`);
    },
  };
}

interface Receipt {
  blockHash: string;
  logsBloom: string;
  logs: RawLog[];
}

function readReceipt(answer: unknown): Receipt {
  const { blockHash, logsBloom, logs } = (answer ?? {}) as Record<string, unknown>;
  if (typeof blockHash !== 'string') throw lagging('has no receipt of a transaction yet');
  return { blockHash: blockHash.toLowerCase(), logsBloom: String(logsBloom), logs: toLogs(logs) };
}

function isExplained({ logs, logsBloom }: Receipt): boolean {
  return isFull(logsBloom) || explains(logs, logsBloom);
}

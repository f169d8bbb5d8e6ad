import { lagging, RpcError } from '../rpc/errors.ts';
import type { RawLog } from '../rpc/log.ts';
import { call, type Rpc } from '../rpc/rpc.ts';
import { explains } from './bloom.ts';
import { type Header, toLogs } from './header.ts';

/** So often refused in a row, in whatever words, and an endpoint does not have the method. */
const MAX_REFUSALS = 2;
/** Blocks until it is tried again: another endpoint may answer by then. */
const PAUSE_BLOCKS = 100;

/** Receipts of blocks, and all logs as they tell them: what decides where logs and bloom of a block disagree. */
export class Receipts {
  readonly #rpc: Rpc;
  #refusals = 0;
  #pausedFor = 0;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws {RpcError} also where the receipts do not explain the block's bloom. */
  async logsOf(header: Header, signal: AbortSignal): Promise<RawLog[]> {
    const receipts = (await this.ofBlock(header, signal)).map(readReceipt);
    const logs = receipts.flatMap((receipt) => receipt.logs);
    // A bloom counts nothing: where several receipts hold alike logs, one of them can be cut off unseen.
    const isWhole =
      receipts.length >= header.transactions &&
      receipts.every((receipt) => receipt.blockHash === header.hash) &&
      receipts.every((receipt) => explains(receipt.logs, receipt.logsBloom)) &&
      explains(logs, header.logsBloom);
    if (isWhole) return logs;
    this.#rpc.switchEndpoint?.();
    throw lagging(`answers receipts of block ${header.number} that are not all of its receipts`);
  }

  async ofBlock({ hash, number }: Header, signal: AbortSignal): Promise<unknown[]> {
    if (this.#pausedFor > 0) {
      this.#pausedFor -= 1;
      return await this.#oneByOne(hash, signal);
    }
    try {
      const receipts = await call(this.#rpc, 'eth_getBlockReceipts', [hash], signal);
      // Some take numbers alone, and know no block by its hash.
      if (!Array.isArray(receipts)) throw lagging(`has no receipts of block ${number} yet`);
      this.#refusals = 0;
      return receipts;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#refusals += 1;
      if (error.retryable && this.#refusals < MAX_REFUSALS) throw error;
      if (this.#refusals >= MAX_REFUSALS) this.#pausedFor = PAUSE_BLOCKS;
      return await this.#oneByOne(hash, signal);
    }
  }

  async #oneByOne(hash: string, signal: AbortSignal): Promise<unknown[]> {
    const block = await call(this.#rpc, 'eth_getBlockByHash', [hash, false], signal);
    const { transactions } = (block ?? {}) as { transactions?: unknown[] };
    if (!transactions) throw lagging(`has no block ${hash}`);
    const calls = transactions.map((txHash) => ({ method: 'eth_getTransactionReceipt', params: [txHash] }));
    return await this.#rpc.batch(calls, { signal });
  }
}

function readReceipt(answer: unknown) {
  const { blockHash, logsBloom, logs } = (answer ?? {}) as Record<string, unknown>;
  if (typeof blockHash !== 'string') throw lagging('has no receipt of a transaction yet');
  return { blockHash: blockHash.toLowerCase(), logsBloom: String(logsBloom), logs: toLogs(logs) };
}

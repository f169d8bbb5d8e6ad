import type { JsonRpcApiProvider, TransactionRequest } from 'ethers';
import { RetryableError } from '../lib/errors.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { SentTransaction } from '../store/book.ts';
import { transactionCount } from './broadcast.ts';
import type { TxCall } from './types.ts';

/** Transactions with and without blobs of one account do not stand in a node's pool together; it was not our turn. */
export class PoolBusy extends RetryableError {
  constructor(waitedMs: number) {
    super(`What the operator's key sent before is not mined after ${Math.round(waitedMs / 1000)} s.`);
  }
}

const BLOB_TYPE = 3;
const CELL_PROOFS = 1;
const POLL_MS = 50;
const POOL_TIMEOUT_MS = 60_000;

export function requestOf({ blobs, ...call }: TxCall): TransactionRequest {
  if (blobs === undefined) return call;
  const { sidecars, versionedHashes, maxFeePerBlobGas } = blobs;
  return {
    ...call,
    type: BLOB_TYPE,
    blobWrapperVersion: CELL_PROOFS,
    blobs: [...sidecars],
    blobVersionedHashes: [...versionedHashes],
    maxFeePerBlobGas,
  };
}

/** A request as nodes estimate it: they want to know the blobs' hashes, not their megabytes. */
export function estimable({ blobs, blobWrapperVersion, ...request }: TransactionRequest): TransactionRequest {
  return request;
}

/** Whether a node would refuse the call because the account has transactions of the other kind in its pool. */
export function mixesPools(call: TxCall, unmined: readonly SentTransaction[]): boolean {
  return unmined.some(({ raw }) => isWithBlobs(raw) !== (call.blobs !== undefined));
}

function isWithBlobs(raw: string): boolean {
  return raw.startsWith('0x03');
}

/** Resolves when everything that the account has in the node's pool is mined. @throws {PoolBusy} */
export async function poolEmptied(
  provider: JsonRpcApiProvider,
  account: string,
  timeoutMs = POOL_TIMEOUT_MS,
): Promise<void> {
  const count = (tag: 'latest' | 'pending') => transactionCount(provider, account, tag);
  const isEmpty = async () => (await count('latest')) >= (await count('pending'));
  if (!(await pollUntil(isEmpty, { everyMs: POLL_MS, timeoutMs }))) throw new PoolBusy(timeoutMs);
}

import { BaseError, errorWith, isCode, messageOf } from '../../lib/errors.ts';

export type EthStorageFault =
  /** The chain or a node of EthStorage did not answer. */
  | 'unreachable'
  /** Nothing was mined for too long, or the whole took too long. */
  | 'timeout'
  /** The operator's key can't pay. */
  | 'funds'
  /** The directory, or the node for it, refused a transaction. */
  | 'refused'
  /** The directory named is none, or belongs to another key. */
  | 'directory'
  /** What is read does not match the CID. */
  | 'damaged';

/** How ethers says that the chain's node does not answer. */
const NO_ANSWER = ['NETWORK_ERROR', 'SERVER_ERROR', 'TIMEOUT'];

const RETRYABLE: ReadonlySet<EthStorageFault> = new Set(['unreachable', 'timeout', 'funds']);

/**
 * EthStorage did not do its part. Nothing counts as stored then; what the directory holds of the file already is not
 * paid again when the same file comes again. `retryable`: the same call may succeed later.
 */
export class EthStorageError extends errorWith<{ fault: EthStorageFault }>() {
  constructor(fault: EthStorageFault, message: string, options?: ErrorOptions) {
    super(`EthStorage: ${message}`, { ...options, fault, retryable: RETRYABLE.has(fault) });
  }
}

/** What a failed transaction of the owner's key means. */
export function asSendingError(cause: unknown): Error {
  if (cause instanceof EthStorageError) return cause;
  const failure = (fault: EthStorageFault, message: string) => new EthStorageError(fault, message, { cause });
  const said = shortMessageOf(cause);
  if (isAboutFunds(cause)) return failure('funds', 'the key of the operator can not pay for this');
  if (isCode(cause, 'CALL_EXCEPTION')) return failure('refused', `the directory refuses: ${said}`);
  if (NO_ANSWER.some((code) => isCode(cause, code))) {
    return failure('unreachable', `the chain does not answer: ${said}`);
  }
  return failure(cause instanceof BaseError && cause.retryable ? 'unreachable' : 'refused', said);
}

/** What a failed question means. */
export function asReadingError(what: string, cause: unknown): Error {
  if (cause instanceof EthStorageError) return cause;
  return new EthStorageError('unreachable', `${what}: ${shortMessageOf(cause)}`, { cause });
}

/** Nodes word it in their own ways, and ethers knows some of them. */
function isAboutFunds(error: unknown): boolean {
  return isCode(error, 'INSUFFICIENT_FUNDS') || /(insufficient|enough) funds/i.test(String(error));
}

/** What ethers says in full repeats the whole request. */
function shortMessageOf(error: unknown): string {
  return error instanceof Error && 'shortMessage' in error ? String(error.shortMessage) : messageOf(error);
}

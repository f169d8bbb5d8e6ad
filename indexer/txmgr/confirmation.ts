import { setTimeout as delay } from 'node:timers/promises';
import type { JsonRpcApiProvider, TransactionReceipt } from 'ethers';
import { RetryableError } from '../lib/errors.ts';
import type { SentTransaction } from '../store/book.ts';
import { transactionCount } from './broadcast.ts';

/** A call that is on its way. */
export interface SentCall {
  /** Of the version sent first. */
  readonly hash: string;
  readonly nonce: number;
  /**
   * Resolves when some version of the call is mined, reverted or not.
   * @throws {StillPending}, {Replaced}
   */
  mined(): Promise<TransactionReceipt>;
}

export interface ConfirmationTimeouts {
  /** After how long unmined the fee is raised. */
  raiseAfterMs: number;
  /** After how long `mined` gives up; the transaction stays recorded. */
  giveUpAfterMs: number;
}

/** Not mined yet, though sent: it may be at any time. */
export class StillPending extends RetryableError {
  constructor(tx: SentTransaction) {
    super(`Transaction ${tx.hash} is sent but not mined yet: look again later.`);
  }
}

/** Another transaction took the nonce: this call will never be mined. */
export class Replaced extends RetryableError {
  constructor(tx: SentTransaction) {
    super(`Transaction ${tx.hash} was replaced by another one with nonce ${tx.nonce}.`);
  }
}

export const TIMEOUTS: ConfirmationTimeouts = { raiseAfterMs: 90_000, giveUpAfterMs: 600_000 };

const FIRST_POLL_MS = 20;
const SLOWEST_POLL_MS = 2_000;
/** Nodes behind one address may lag behind each other: only a repeated answer counts. */
const LOOKS_BEFORE_REPLACED = 5;

/** What waiting for a call needs of the key that sent it. */
export interface ConfirmationDeps {
  provider: JsonRpcApiProvider;
  /** Every version of the call that is recorded: whichever process raised its fee. */
  versions(): Promise<SentTransaction[]>;
  /** Raises the fee of the transaction that holds the account up, unless that has just been done. */
  raise(): Promise<void>;
  timeouts: ConfirmationTimeouts;
  signal: AbortSignal | undefined;
}

/** @throws (by `mined`) an AbortError once the signal fires */
export function sentCall(
  { provider, versions, raise, timeouts, signal }: ConfirmationDeps,
  first: SentTransaction,
): SentCall {
  const hashes = new Set([first.hash]);

  async function mined(): Promise<TransactionReceipt> {
    const startedAt = performance.now();
    let raisedAt = startedAt;
    let missing = 0;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 1.5, SLOWEST_POLL_MS)) {
      const used = (await transactionCount(provider, first.account, 'latest')) > first.nonce;
      const receipt = await anyReceipt();
      if (receipt) return receipt;
      missing = used ? missing + 1 : 0;
      if (missing >= LOOKS_BEFORE_REPLACED) throw new Replaced(first);
      const now = performance.now();
      if (now - startedAt > timeouts.giveUpAfterMs) throw new StillPending(first);
      if (!used && now - raisedAt > timeouts.raiseAfterMs) {
        await raise();
        raisedAt = now;
      }
      await delay(pollMs, undefined, { signal });
    }
  }

  /** The newest version is the likeliest to be mined. */
  async function anyReceipt(): Promise<TransactionReceipt | null> {
    for (const { hash } of await versions()) hashes.add(hash);
    for (const hash of [...hashes].reverse()) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt) return receipt;
    }
    return null;
  }

  return { hash: first.hash, nonce: first.nonce, mined };
}

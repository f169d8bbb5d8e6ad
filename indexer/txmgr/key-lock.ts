import { randomUUID } from 'node:crypto';
import { RetryableError } from '../lib/errors.ts';
import { Mutex } from '../lib/locks/keyed-mutex.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { TxRecords } from '../store/book.ts';

/** Another process held the operator's key for longer than anyone waits: a person should look. */
export class KeyBusy extends RetryableError {
  constructor(waitedMs: number) {
    super(`The operator's key has been in use by another process for ${Math.round(waitedMs / 1000)} s.`);
  }
}

export interface KeyLockOptions {
  /** How long a lock outlives a holder that died. */
  ttlMs?: number;
  /** How long `hold` waits for its turn. */
  waitMs?: number;
  nowMs?: () => number;
}

/** Turns at the operator's key: one at a time in this process, one at a time among all that share the database. */
export interface KeyLock {
  /**
   * Runs `work` while the key is ours, prolonging the lock meanwhile.
   * @throws {KeyBusy}
   */
  hold<T>(work: (holder: string) => Promise<T>): Promise<T>;
}

const POLL_MS = 25;

export function createKeyLock(records: TxRecords, options: KeyLockOptions = {}): KeyLock {
  const { ttlMs = 2_000, waitMs = 60_000, nowMs = Date.now } = options;
  const mutex = new Mutex();

  async function turn<T>(work: (holder: string) => Promise<T>): Promise<T> {
    const holder = `${process.pid} ${randomUUID()}`;
    const take = () => records.leaseKey({ holder, nowMs: nowMs(), ttlMs });
    if (!(await pollUntil(take, { everyMs: POLL_MS, timeoutMs: waitMs }))) throw new KeyBusy(waitMs);
    // A failed or late heartbeat costs nothing: whoever lost the key meanwhile is stopped by `recordSent`.
    const heartbeat = setInterval(() => void take().catch(() => undefined), ttlMs / 3);
    try {
      return await work(holder);
    } finally {
      clearInterval(heartbeat);
      await records.releaseKey(holder);
    }
  }

  return { hold: (work) => mutex.run(() => turn(work)) };
}

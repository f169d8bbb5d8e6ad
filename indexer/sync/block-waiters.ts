import { orAbort, withTimeout } from '../lib/with-timeout.ts';
import { NotIndexedInTime } from './errors.ts';

export interface WaitOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Who waits for a block to be indexed. */
export interface BlockWaiters {
  /** @throws {NotIndexedInTime}, the signal's reason, or what `failAll` was given. */
  wait(number: number, options: WaitOptions): Promise<void>;
  reached(number: number): void;
  failAll(reason: Error): void;
}

export function createBlockWaiters(indexed: () => number | null): BlockWaiters {
  const waiting = new Set<{ number: number; resolve: () => void; reject: (reason: unknown) => void }>();
  let failed: Error | null = null;

  return {
    async wait(number, { signal, timeoutMs = 30_000 }) {
      signal?.throwIfAborted();
      if ((indexed() ?? -1) >= number) return;
      if (failed) throw failed;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { number, resolve, reject };
      waiting.add(waiter);
      try {
        const reached = signal ? orAbort(promise, signal) : promise;
        await withTimeout(timeoutMs, reached, () => new NotIndexedInTime(number, indexed(), timeoutMs));
      } finally {
        waiting.delete(waiter);
      }
    },
    reached(number) {
      for (const waiter of waiting) if (waiter.number <= number) waiter.resolve();
    },
    failAll(reason) {
      failed = reason;
      for (const waiter of waiting) waiter.reject(reason);
    },
  };
}

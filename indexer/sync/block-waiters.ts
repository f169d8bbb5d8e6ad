import { orAbort, withTimeout } from '../lib/with-timeout.ts';
import { NotIndexedInTime } from './errors.ts';

export interface WaitOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Those who wait for a block to be indexed. */
export class BlockWaiters {
  readonly #waiting = new Set<{ number: number } & PromiseWithResolvers<void>>();
  readonly #indexed: () => number | null;
  #failed: Error | null = null;

  constructor(indexed: () => number | null) {
    this.#indexed = indexed;
  }

  /** @throws {NotIndexedInTime}, the signal's reason, or what `failAll` was given. */
  async wait(number: number, { signal, timeoutMs = 30_000 }: WaitOptions): Promise<void> {
    signal?.throwIfAborted();
    if ((this.#indexed() ?? -1) >= number) return;
    if (this.#failed) throw this.#failed;
    const waiter = { number, ...Promise.withResolvers<void>() };
    this.#waiting.add(waiter);
    const { promise } = waiter;
    const late = () => new NotIndexedInTime(number, this.#indexed(), timeoutMs);
    try {
      await withTimeout(timeoutMs, signal ? orAbort(promise, signal) : promise, late);
    } finally {
      this.#waiting.delete(waiter);
      // Lets go of the signal.
      waiter.resolve();
    }
  }

  reached(number: number): void {
    for (const waiter of this.#waiting) if (waiter.number <= number) waiter.resolve();
  }

  failAll(reason: Error): void {
    this.#failed = reason;
    for (const waiter of this.#waiting) waiter.reject(reason);
  }
}

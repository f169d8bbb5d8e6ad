import { setTimeout as delay } from 'node:timers/promises';
import { RpcError } from './errors.ts';

export interface Backoff {
  minMs: number;
  maxMs: number;
  attempts: number;
}

/** How long to wait before attempt `attempt` (from 1): doubling, with jitter so that clients don't march in step. */
export function backoffMs({ minMs, maxMs }: Pick<Backoff, 'minMs' | 'maxMs'>, attempt: number): number {
  const step = Math.min(minMs * 2 ** (attempt - 1), maxMs);
  return step / 2 + Math.random() * (step / 2);
}

/** Whether the endpoint should be asked for less instead of asked again. */
export function wantsLess(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.fault === 'too-much' || error.fault === 'timeout');
}

/** Tries again what may succeed later, except what `wantsLess`; gives up with the last error. */
export async function retrying<T>(
  backoff: Backoff,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const worthIt = error instanceof RpcError && error.retryable && !wantsLess(error);
      if (!worthIt || tried >= backoff.attempts) throw error;
      await delay(backoffMs(backoff, tried), undefined, { signal });
    }
  }
}

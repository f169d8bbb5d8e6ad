import { ClientError, SellerRefused } from './errors.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Does it again while it may work by itself, with longer and longer pauses.
 * @param onFailed called with each error
 * @throws the last error
 */
export async function patiently<T>(
  patienceMs: number,
  attempt: () => Promise<T>,
  onFailed?: (error: unknown) => void,
): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      onFailed?.(error);
      const isRetryable = error instanceof ClientError && error.retryable;
      const askedMs = error instanceof SellerRefused ? (error.retryAfterSec ?? 0) * 1000 : 0;
      const waitMs = Math.max(pauseMs, askedMs);
      if (!isRetryable || performance.now() + waitMs > endMs) throw error;
      await pause(waitMs);
    }
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

import type { TimerOptions } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';

export interface PollOptions extends TimerOptions {
  everyMs: number;
}

/** `null` or `false`: nothing yet. */
type Look<T> = () => Promise<T | null | false>;

/**
 * Looks at once, and again and again until something is found.
 * @param options `timeoutMs`: by default there is no end.
 * @returns what was found; `null` when the time is over.
 * @throws what a look throws; an AbortError once the signal fires.
 */
export function pollUntil<T>(look: Look<T>, options: PollOptions): Promise<T>;
export function pollUntil<T>(look: Look<T>, options: PollOptions & { timeoutMs: number }): Promise<T | null>;
export async function pollUntil<T>(
  look: Look<T>,
  { everyMs, timeoutMs = Number.POSITIVE_INFINITY, ...timer }: PollOptions & { timeoutMs?: number },
): Promise<T | null> {
  for (const deadline = performance.now() + timeoutMs; ; ) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() >= deadline) return null;
    await delay(everyMs, undefined, timer);
  }
}

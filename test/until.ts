import { setTimeout as delay } from 'node:timers/promises';

const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;
/** What is long in coming is asked for less often: asking takes time from it. */
const PAUSE_PART = 0.1;

/** Asks again until `done`, or gives the last answer at the deadline. */
export async function eventually<T>(
  ms: number,
  ask: () => T | Promise<T>,
  done: (answer: T) => boolean,
): Promise<T> {
  for (const start = performance.now(); ; ) {
    const answer = await ask();
    const tookMs = performance.now() - start;
    if (done(answer) || tookMs > ms) return answer;
    await delay(Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, PAUSE_PART * tookMs)));
  }
}

/** Resolves as soon as `holds`; rejects at the deadline. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  if (!(await eventually(timeoutMs, holds, Boolean))) throw new Error(`${what}: not within ${timeoutMs} ms`);
}

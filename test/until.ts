import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 5;

/** Asks again until `done`, or gives the last answer at the deadline. */
export async function eventually<T>(
  ms: number,
  ask: () => T | Promise<T>,
  done: (answer: T) => boolean,
): Promise<T> {
  for (const deadline = performance.now() + ms; ; ) {
    const answer = await ask();
    if (done(answer) || performance.now() > deadline) return answer;
    await delay(PAUSE_MS);
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

import { setTimeout as delay } from 'node:timers/promises';
import type { Indexer } from '../../../indexer/sync/indexer.ts';
import type { World } from './world.ts';

/** Resolves as soon as `holds`; looks every few milliseconds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(3);
  }
}

/** Resolves when a look at the chain has failed. */
export function failed(indexer: Indexer): Promise<void> {
  return until('a failure', () => indexer.status().lastError !== null);
}

/** Resolves when the indexer has looked at the head `times` more times. */
export function looked(world: World, times: number): Promise<void> {
  const looks = () => world.rpc.calls.filter(({ params }) => params[0] === 'latest').length;
  const before = looks();
  return until(`${times} looks`, () => looks() >= before + times);
}

import { Degraded } from '../redis/errors.ts';
import type { Counters } from './counters.ts';
import { createMemoryCounters } from './memory.ts';

/**
 * Counters that may fail: everything is noted in this process's memory too, which goes on alone while `shared` fails.
 * So what this process has counted or claimed stays so; only what other processes do meanwhile goes unseen.
 */
export function createFallbackCounters(shared: Counters): Counters {
  const own = createMemoryCounters();
  return {
    name: shared.name,
    async add(key, amount, windowMs) {
      const mine = await own.add(key, amount, windowMs);
      return await shared.add(key, amount, windowMs).catch(() => mine);
    },
    async claim(key, ttlMs) {
      if (!(await own.claim(key, ttlMs))) return false;
      return await shared.claim(key, ttlMs).catch(() => true);
    },
    async ping() {
      await shared.ping().catch((error: Error) => {
        throw new Degraded(error.message, { cause: error });
      });
    },
  };
}

import type { Tallies } from './tallies.ts';

interface Entry {
  total: number;
  endsAtMs: number;
}

/** So many entries are looked through for ended ones before a new one is added: memory stays bounded by what lives. */
const SWEEP_EVERY = 1_000;

/** The tallies of one process, in its memory. */
export function createMemoryTallies(nowMs: () => number = Date.now): Tallies {
  const entries = new Map<string, Entry>();
  let untilSweep = SWEEP_EVERY;

  function entryOf(key: string, lengthMs: number): Entry {
    const now = nowMs();
    const found = entries.get(key);
    if (found && found.endsAtMs > now) return found;
    untilSweep -= 1;
    if (untilSweep <= 0) sweep(now);
    const fresh = { total: 0, endsAtMs: now + lengthMs };
    entries.set(key, fresh);
    return fresh;
  }

  function sweep(now: number): void {
    for (const [key, { endsAtMs }] of entries) if (endsAtMs <= now) entries.delete(key);
    untilSweep = Math.max(SWEEP_EVERY, entries.size);
  }

  return {
    name: 'memory',
    async add(key, amount, windowMs) {
      const entry = entryOf(`count ${key}`, windowMs);
      entry.total += amount;
      return { total: entry.total, resetsInMs: entry.endsAtMs - nowMs() };
    },
    async claim(key, ttlMs) {
      const entry = entryOf(`claim ${key}`, ttlMs);
      entry.total += 1;
      return entry.total === 1;
    },
    ping: async () => {},
    close: async () => {
      entries.clear();
    },
  };
}

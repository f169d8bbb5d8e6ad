import type { Counters } from './counters.ts';

interface Entry {
  total: number;
  endsAtMs: number;
}

/** So many entries are looked through for ended ones before a new one is added: memory stays bounded by what lives. */
const SWEEP_EVERY = 1_000;

/** The counters of one process, in its memory. */
export function createMemoryCounters(nowMs: () => number = Date.now): Counters {
  const entries = new Map<string, Entry>();
  let untilSweep = SWEEP_EVERY;

  /** @returns the entry with the amount added; reading (0) an entry that is not there begins none. */
  function added(key: string, amount: number, lengthMs: number, now: number): Entry {
    const found = entries.get(key);
    const entry = found && found.endsAtMs > now ? found : { total: 0, endsAtMs: now + lengthMs };
    entry.total += amount;
    if (entry !== found && amount !== 0) keep(key, entry, now);
    return entry;
  }

  function keep(key: string, entry: Entry, now: number): void {
    untilSweep -= 1;
    if (untilSweep <= 0) sweep(now);
    entries.set(key, entry);
  }

  function sweep(now: number): void {
    for (const [key, { endsAtMs }] of entries) if (endsAtMs <= now) entries.delete(key);
    untilSweep = Math.max(SWEEP_EVERY, entries.size);
  }

  return {
    name: 'memory',
    async add(key, amount, windowMs) {
      const now = nowMs();
      const entry = added(`count ${key}`, amount, windowMs, now);
      return { total: entry.total, resetsInMs: entry.endsAtMs - now };
    },
    async claim(key, ttlMs) {
      return added(`claim ${key}`, 1, ttlMs, nowMs()).total === 1;
    },
    ping: async () => {},
  };
}

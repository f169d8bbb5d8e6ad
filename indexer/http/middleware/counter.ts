import type { EventEmitter } from 'node:events';

/** How many of something there are, altogether and by client; it holds nothing of clients that have none. */
export interface Counter {
  readonly total: number;
  of(client: string): number;
  /** Counts one more of the client until `close` is emitted. */
  countUntilClosed(client: string, open: Pick<EventEmitter, 'once'>): void;
}

export function createCounter(): Counter {
  const counts = new Map<string, number>();
  let total = 0;
  const of = (client: string) => counts.get(client) ?? 0;
  const add = (client: string, change: 1 | -1) => {
    const count = of(client) + change;
    total += change;
    if (count === 0) counts.delete(client);
    else counts.set(client, count);
  };
  return {
    get total() {
      return total;
    },
    of,
    countUntilClosed(client, open) {
      add(client, 1);
      open.once('close', () => add(client, -1));
    },
  };
}

/** How many of something there are, altogether and by client; it holds nothing of clients that have none. */
export interface Counter {
  readonly total: number;
  of(client: string): number;
  add(client: string, change: 1 | -1): void;
}

export function createCounter(): Counter {
  const counts = new Map<string, number>();
  let total = 0;
  const of = (client: string) => counts.get(client) ?? 0;
  return {
    get total() {
      return total;
    },
    of,
    add(client, change) {
      const count = of(client) + change;
      total += change;
      if (count === 0) counts.delete(client);
      else counts.set(client, count);
    },
  };
}

import type { ServerResponse } from 'node:http';

/** Lets connections in before requests are answered. */
export interface Arrivals {
  /** A connection was let in. */
  came(): void;
  /** Begins an answer now, or once no more connections come in, unless its client is gone by then. */
  answer(res: Pick<ServerResponse, 'destroyed'>, begin: () => void): void;
}

/**
 * libuv lets one connection in at each turn of the event loop. Where a turn answers many requests, whoever connects beside
 * others would wait for as many turns as these are: so requests wait while connections come in, for which the turns are short.
 * @param maxMs a request waits no longer, however many more come
 */
export function createArrivals(maxMs: number): Arrivals {
  let waiting: (() => void)[] = [];
  let isLooking = false;
  let hasCome = false;
  let sinceMs = 0;

  function look(): void {
    if (hasCome && performance.now() - sinceMs < maxMs) {
      hasCome = false;
      setImmediate(look);
      return;
    }
    isLooking = false;
    const answered = waiting;
    waiting = [];
    for (const begin of answered) begin();
  }

  return {
    came() {
      hasCome = true;
      if (isLooking) return;
      isLooking = true;
      sinceMs = performance.now();
      setImmediate(look);
    },
    answer(res, begin) {
      if (!isLooking) return begin();
      waiting.push(() => {
        if (!res.destroyed) begin();
      });
    },
  };
}

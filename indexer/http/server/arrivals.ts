import type { ServerResponse } from 'node:http';

/** Decides when requests are answered. */
export interface Arrivals {
  /** A connection was let in. */
  came(): void;
  /** Begins an answer now, or in a later turn of the event loop, unless its client is gone by then. */
  answer(res: Pick<ServerResponse, 'destroyed'>, begin: () => void): void;
}

/**
 * libuv lets one connection in at each turn of the event loop. Where a turn answers many requests, whoever connects beside
 * others would wait for as many turns as these are: so requests wait while connections come in, for which the turns are short.
 *
 * So few are begun in a turn that what was begun before goes on between: else the first would wait until the last has asked.
 * @param gatherMs a request waits no longer for connections, however many more come
 * @param perTurn so many requests are begun in a turn
 */
export function createArrivals(gatherMs: number, perTurn: number): Arrivals {
  const waiting: (() => void)[] = [];
  let isLooking = false;
  let isGathering = false;
  let hasCome = false;
  let sinceMs = 0;
  let begun = 0;

  function look(): void {
    isLooking = false;
    begun = 0;
    if (hasCome && performance.now() - sinceMs < gatherMs) {
      hasCome = false;
      lookAgain();
      return;
    }
    isGathering = false;
    // Each in a callback of its own: what it can do at once is done, and its garbage is young, before the next begins.
    for (const begin of waiting.splice(0, perTurn)) {
      begun += 1;
      setImmediate(begin);
    }
    if (begun > 0) lookAgain();
  }

  function lookAgain(): void {
    if (!isLooking) setImmediate(look);
    isLooking = true;
  }

  return {
    came() {
      if (!isGathering) sinceMs = performance.now();
      isGathering = true;
      hasCome = true;
      lookAgain();
    },
    answer(res, begin) {
      lookAgain();
      if (isGathering || begun >= perTurn) {
        waiting.push(() => {
          if (!res.destroyed) begin();
        });
        return;
      }
      begun += 1;
      begin();
    },
  };
}

/**
 * Block time as a pure function of what was called and when: wall clock plus an offset that
 * evm_increaseTime and friends move. Fed with recorded wall-clock times, it gives the recorded block times.
 */
export interface Clock {
  /** The timestamp of a block mined by a call made at wall-clock time `atSec`. */
  next(atSec: number): number;
  /** The next block, and only its distance from the wall clock afterwards, is at `timeSec`. */
  pin(timeSec: number): void;
  advance(deltaSec: number): void;
  /** A block of `timeSec` became the head through a call made at `atSec`. */
  mined(timeSec: number, atSec: number): void;
  /** A snapshot was taken; `reverted` with its id brings its offset back. */
  saved(snapshot: string): void;
  reverted(snapshot: string, headSec: number): void;
  /** How far block time is ahead of the wall clock, in seconds. */
  readonly offsetSec: number;
}

export function createClock(startSec: number): Clock {
  const snapshots = new Map<string, { offsetSec: number; pinnedSec: number | undefined }>();
  let lastSec = startSec;
  let offsetSec = 0;
  let pinnedSec: number | undefined;

  return {
    next: (atSec) => pinnedSec ?? Math.max(lastSec, atSec + offsetSec),
    pin: (timeSec) => {
      pinnedSec = timeSec;
    },
    advance: (deltaSec) => {
      offsetSec += deltaSec;
    },
    mined: (timeSec, atSec) => {
      lastSec = timeSec;
      offsetSec = timeSec - atSec;
      pinnedSec = undefined;
    },
    saved: (snapshot) => {
      snapshots.set(snapshot, { offsetSec, pinnedSec });
    },
    reverted: (snapshot, headSec) => {
      const then = snapshots.get(snapshot);
      lastSec = headSec;
      offsetSec = then?.offsetSec ?? offsetSec;
      pinnedSec = then?.pinnedSec;
    },
    get offsetSec() {
      return offsetSec;
    },
  };
}

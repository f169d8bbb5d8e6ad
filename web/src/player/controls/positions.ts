import { createStoredValue } from '../../lib/store.ts';

/** Where each video stands, in seconds, the one watched last at the end. */
const positions = createStoredValue<Readonly<Record<string, number>>>('positions', {});

const MAX_KEPT = 200;
/** Kept in steps: a reload goes back by so much at most. */
const STEP_SEC = 2;

/** Where a video goes on in this browser; 0: at its start. */
export function positionOf(video: string): number {
  const sec = positions.get()[video];
  return Number.isFinite(sec) && sec !== undefined && sec > 0 ? sec : 0;
}

/** Notes where a video stands. @param atSec 0: it is watched to its end, or stands at its start */
export function keepPosition(video: string, atSec: number): void {
  const kept = positionOf(video);
  if (atSec > 0 && Math.abs(atSec - kept) < STEP_SEC) return;
  const { [video]: _, ...rest } = positions.get();
  if (atSec > 0) {
    const last = Object.entries(rest).slice(1 - MAX_KEPT);
    positions.set({ ...Object.fromEntries(last), [video]: Math.floor(atSec) });
  } else if (kept > 0) positions.set(rest);
}

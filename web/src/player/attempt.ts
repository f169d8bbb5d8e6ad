export type Phase = 'opening' | 'plays' | 'waits' | 'failed';

/** The state of the player: its source, the second it began at, and its phase. */
export interface Attempt {
  /** Index of the source. */
  source: number;
  /** Sources that have failed in a row. */
  lost: number;
  fromSec: number;
  /** Counts up: each turn has a video element of its own. */
  turn: number;
  phase: Phase;
  /** A person has chosen the source; otherwise the last one failed. */
  byHand: boolean;
}

export const FIRST_ATTEMPT: Attempt = {
  source: 0,
  lost: 0,
  fromSec: 0,
  turn: 0,
  phase: 'opening',
  byHand: false,
};

/** How long a stream may take until its metadata are there. */
export const OPENING_MS = 10_000;
const WAITING_MS = 8_000;

/** After a source has failed: the next one goes on at the same second, until all have failed. */
export function afterLoss(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const lost = attempt.lost + 1;
  if (lost >= sourceCount) return { ...attempt, lost, fromSec: atSec, phase: 'failed' };
  const source = (attempt.source + 1) % sourceCount;
  return { source, lost, fromSec: atSec, turn: attempt.turn + 1, phase: 'opening', byHand: false };
}

/** Turns to the next source by hand: its file may be another one. */
export function turnedTo(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const source = (attempt.source + 1) % sourceCount;
  return { source, lost: 0, fromSec: atSec, turn: attempt.turn + 1, phase: 'opening', byHand: true };
}

/** Tries the last source again, at the second where it broke. */
export function anew(attempt: Attempt): Attempt {
  return { ...attempt, lost: 0, turn: attempt.turn + 1, phase: 'opening' };
}

/** How long the phase may last before another source is tried; `null` for ever. */
export function phaseTimeoutMs({ phase, lost }: Attempt, sourceCount: number): number | null {
  if (phase === 'opening') return OPENING_MS;
  const isLast = lost + 1 >= sourceCount;
  return phase === 'waits' && !isLast ? WAITING_MS : null;
}

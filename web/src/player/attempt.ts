export type Phase = 'opening' | 'plays' | 'waits' | 'failed';

/** Where the player is: which source it tries, from which second on, and how that goes. */
export interface Attempt {
  /** Index of the source. */
  source: number;
  /** How many sources have failed since the beginning or the last new one. */
  lost: number;
  fromSec: number;
  /** Counts up: each is a video element of its own. */
  turn: number;
  phase: Phase;
  /** A person has chosen the source; else it is the next one that was left. */
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

/** How long a stream may take to say what it is. */
export const OPENING_MS = 10_000;
const WAITING_MS = 8_000;

/** The source does not go on: the next one takes over at the same second, until all have failed. */
export function afterLoss(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const lost = attempt.lost + 1;
  if (lost >= sourceCount) return { ...attempt, lost, fromSec: atSec, phase: 'failed' };
  const source = (attempt.source + 1) % sourceCount;
  return { source, lost, fromSec: atSec, turn: attempt.turn + 1, phase: 'opening', byHand: false };
}

/** The next source because somebody wants it: another file may play than the one that was paid. */
export function turnedTo(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const source = (attempt.source + 1) % sourceCount;
  return { source, lost: 0, fromSec: atSec, turn: attempt.turn + 1, phase: 'opening', byHand: true };
}

/** From where it broke, once more, with what was tried last: what broke before that has had its turn. */
export function anew(attempt: Attempt): Attempt {
  return { ...attempt, lost: 0, turn: attempt.turn + 1, phase: 'opening' };
}

/** How long the phase may last before another source is tried; `null` for ever. */
export function phaseTimeoutMs({ phase, lost }: Attempt, sourceCount: number): number | null {
  if (phase === 'opening') return OPENING_MS;
  const isLast = lost + 1 >= sourceCount;
  return phase === 'waits' && !isLast ? WAITING_MS : null;
}

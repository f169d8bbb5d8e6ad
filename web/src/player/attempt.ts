/** `locked`: what comes next is not open; `away`: nothing is held any more, and it is waited for who serves it. */
export type Phase = 'opening' | 'plays' | 'waits' | 'away' | 'locked' | 'failed';

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
  /** The provider gives no key for what comes next; what is held plays on. */
  isLocked: boolean;
  /** It has failed since what came can't be shown. */
  isSpoilt: boolean;
  /** A person has chosen the source; otherwise the last one failed. */
  byHand: boolean;
}

export const FIRST_ATTEMPT: Attempt = {
  source: 0,
  lost: 0,
  fromSec: 0,
  turn: 0,
  phase: 'opening',
  isLocked: false,
  isSpoilt: false,
  byHand: false,
};
/** What a source begins with. */
const FRESH = { phase: 'opening', isLocked: false, isSpoilt: false } as const;

/** How long a stream may take until its metadata are there. */
export const OPENING_MS = 10_000;
const WAITING_MS = 8_000;

/** After a source has failed: the next one goes on at the same second, until all have failed. */
export function afterLoss(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const lost = attempt.lost + 1;
  if (lost >= sourceCount) return { ...attempt, lost, fromSec: atSec, phase: 'failed' };
  const source = (attempt.source + 1) % sourceCount;
  return { ...FRESH, source, lost, fromSec: atSec, turn: attempt.turn + 1, byHand: false };
}

/** What came can't be shown: the same source would send the same. */
export function afterSpoilt(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  if (sourceCount > 1) return afterLoss(attempt, sourceCount, atSec);
  return { ...attempt, fromSec: atSec, phase: 'failed', isSpoilt: true };
}

/** Turns to the next source by hand: its file may be another one. */
export function turnedTo(attempt: Attempt, sourceCount: number, atSec: number): Attempt {
  const source = (attempt.source + 1) % sourceCount;
  return { ...FRESH, source, lost: 0, fromSec: atSec, turn: attempt.turn + 1, byHand: true };
}

/** Tries the last source again, at the second where it broke. */
export function anew(attempt: Attempt): Attempt {
  return { ...attempt, ...FRESH, lost: 0, turn: attempt.turn + 1 };
}

/** The provider refuses a key: at once only where nothing is held that could play before. */
export function afterRefusal(attempt: Attempt): Attempt {
  const { phase } = attempt;
  return { ...attempt, isLocked: true, phase: phase === 'plays' ? phase : 'locked' };
}

/** Nothing is held any more. */
export function afterStall(attempt: Attempt): Attempt {
  if (attempt.phase === 'opening' || attempt.phase === 'away') return attempt;
  return { ...attempt, phase: attempt.isLocked ? 'locked' : 'waits' };
}

/** It was looked whether the source answers while nothing comes of it. */
export function afterLook(attempt: Attempt, answers: boolean): Attempt {
  if (attempt.phase !== 'waits' && attempt.phase !== 'away') return attempt;
  return { ...attempt, phase: answers ? 'waits' : 'away' };
}

/** A person goes to another place, which may be open. */
export function afterSeek(attempt: Attempt): Attempt {
  return { ...attempt, isLocked: false };
}

/** How long the phase may last before another source is tried; `null` for ever. */
export function phaseTimeoutMs({ phase, lost }: Attempt, sourceCount: number): number | null {
  if (phase === 'opening') return OPENING_MS;
  const isLast = lost + 1 >= sourceCount;
  return phase === 'waits' && !isLast ? WAITING_MS : null;
}

import type { AskedKey } from './asked-keys.ts';

/** What to say of one: words, and the time that they end with. */
export interface Outcome {
  words: string;
  at: string | null;
  /** Whether it takes another asking. */
  isOpen: boolean;
}

/** Whether keys may come without anybody's doing here. */
export function expectsKeys({ state, has_keys }: Pick<AskedKey, 'state' | 'has_keys'>): boolean {
  return state !== 'failed' && !has_keys;
}

export function outcomeOf(
  { state, until, reason, has_keys }: Pick<AskedKey, 'state' | 'until' | 'reason' | 'has_keys'>,
  nowMs: number,
): Outcome {
  const isOver = until !== null && Date.parse(until) <= nowMs;
  if (state === 'granted') {
    const where = has_keys ? 'The keys are here' : 'The keys are not here';
    const words = until === null ? `${where}.` : `${where}; the grant ${isOver ? 'ended' : 'ends'}`;
    return { words, at: until, isOpen: !has_keys };
  }
  if (has_keys) return { words: 'The keys are here.', at: null, isOpen: false };
  if (state === 'failed') return { words: reason ?? 'That host gives no keys.', at: null, isOpen: true };
  if (isOver) return { words: 'Not granted; that host has forgotten it', at: until, isOpen: true };
  if (until === null) return { words: 'Waits for its creator.', at: null, isOpen: true };
  return { words: 'Waits for its creator; that host forgets it', at: until, isOpen: true };
}

/** What a key does, in the order in which the help lists them. */
export const KEYS = [
  { keys: [' ', 'k'], shown: ['Space', 'K'], does: 'Play or pause' },
  { keys: ['ArrowLeft'], shown: ['←'], does: 'Back 5 seconds' },
  { keys: ['ArrowRight'], shown: ['→'], does: 'On 5 seconds' },
  { keys: ['j'], shown: ['J'], does: 'Back 10 seconds' },
  { keys: ['l'], shown: ['L'], does: 'On 10 seconds' },
  { keys: ['f'], shown: ['F'], does: 'Full screen' },
  { keys: ['m'], shown: ['M'], does: 'Sound off or on' },
  { keys: ['c'], shown: ['C'], does: 'Captions off or on' },
  { keys: ['?'], shown: ['?'], does: 'This help' },
] as const;

/** What a key asks the player for. */
export type Wish = { kind: 'play' | 'full' | 'mute' | 'captions' | 'help' } | { kind: 'seek'; bySec: number };

const WISHES: Readonly<Record<string, Wish>> = {
  ' ': { kind: 'play' },
  k: { kind: 'play' },
  ArrowLeft: { kind: 'seek', bySec: -5 },
  ArrowRight: { kind: 'seek', bySec: 5 },
  j: { kind: 'seek', bySec: -10 },
  l: { kind: 'seek', bySec: 10 },
  f: { kind: 'full' },
  m: { kind: 'mute' },
  c: { kind: 'captions' },
  '?': { kind: 'help' },
};
/** Keys that may be held down; the others would go to and fro. */
const REPEATED: readonly Wish['kind'][] = ['seek'];
const FIELDS = ['input', 'textarea', 'select'];
/** The space bar presses these. */
const PRESSED = ['button', 'summary', 'a', 'video'];

/** As much of a press as decides. */
export interface Press {
  key: string;
  repeat: boolean;
  /** With Ctrl, Alt or Meta: of the browser. */
  isChord: boolean;
  /** The element that has the focus, in lower case. */
  on: string;
  /** Text is written there, or a window is open above the page. */
  isElsewhere: boolean;
}

/** What a press asks for; `null` where it is not the player's. */
export function wishOf({ key, repeat, isChord, on, isElsewhere }: Press): Wish | null {
  if (isChord || isElsewhere || FIELDS.includes(on)) return null;
  if (key === ' ' && PRESSED.includes(on)) return null;
  const wish = WISHES[key.length === 1 ? key.toLowerCase() : key] ?? null;
  return wish && repeat && !REPEATED.includes(wish.kind) ? null : wish;
}

/** Where a seek ends: inside the video. */
export function soughtSec(fromSec: number, bySec: number, durationSec: number): number {
  const last = Number.isFinite(durationSec) ? durationSec : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(fromSec + bySec, last));
}

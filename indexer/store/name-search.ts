import { nameKey } from './name-key.ts';

/** What stands between words, of a search as of a name. */
const PARTING = /[^\p{L}\p{M}\p{N}]+/u;
/** In names, as the index has them: what SQLite replaces there, sign by sign. */
const PARTING_IN_NAMES = /[-_.,:;!?()[\]"'’/&+#|–—]/g;
/** More are no search; each costs. */
const MAX_WORDS = 12;
/** A word this short is right as it is. */
const MIN_LETTERS_FOR_TYPO = 4;
/** From how many on a word is taken for the beginning of a longer one, though a letter is wrong. */
const MIN_LETTERS_FOR_BEGINNING = 5;
/** Of the index: fewer can't be looked up. */
const TRIGRAM = 3;

/** The words of a search, in the form of `nameKey`. */
export function wordsIn(search: string): string[] {
  const words = nameKey(search).split(PARTING);
  return [...new Set(words.filter((word) => word !== ''))].slice(0, MAX_WORDS);
}

/**
 * What finds, in an FTS5 index of trigrams, every name that {@link hasWords} holds of, and some others. `null`: the words are too short
 * for the index.
 */
export function trigramQuery(words: readonly string[], withTypos: boolean): string | null {
  const terms = words.flatMap((word) => {
    const parts = partsOf(word, withTypos);
    return parts.length === 0 ? [] : `(${parts.map((part) => `"${part}"`).join(' OR ')})`;
  });
  return terms.length === 0 ? null : terms.join(' AND ');
}

/** Where one letter is wrong, missing, too many, or in the place of the next, one of these is right. */
function partsOf(word: string, withTypos: boolean): string[] {
  const letters = Array.from(word);
  const { length } = letters;
  if (length < TRIGRAM) return isStart(word) && length === TRIGRAM - 1 ? [` ${word}`] : [];
  if (!withTypos || length < MIN_LETTERS_FOR_TYPO) return [word];
  const half = Math.floor(length / 2);
  const [start, end] = [letters.slice(0, half), letters.slice(half)];
  // Two letters in each other's place that belong to one half each.
  const across = [...start.slice(0, -1), end[0], start.at(-1), ...end.slice(1)].join('');
  const isWhole = length < MIN_LETTERS_FOR_BEGINNING;
  return [` ${start.join('')}`, isWhole ? `${end.join('')} ` : end.join(''), across, word];
}

/**
 * Whether a name has all the words, wherever they stand.
 * @param key in the form of `nameKey`
 * @param withTypos each word may have one letter wrong, where it has four or more
 */
export function hasWords(key: string, words: readonly string[], withTypos: boolean): boolean {
  const name = ` ${key.replaceAll(PARTING_IN_NAMES, ' ')} `;
  let parted: string[] | undefined;
  return words.every((word) => {
    if (name.includes(isStart(word) ? ` ${word}` : word)) return true;
    if (!withTypos || word.length < MIN_LETTERS_FOR_TYPO) return false;
    parted ??= name.split(' ');
    return parted.some((other) => isNear(word, other));
  });
}

/** One or two Latin letters stand in almost every name, so they are taken for the beginning of a word. */
function isStart(word: string): boolean {
  return word.length < TRIGRAM && /^\p{ASCII}*$/u.test(word);
}

/** Whether one letter makes the one the other, or of a longer word the beginning of the other. */
function isNear(word: string, other: string): boolean {
  let at = 0;
  while (at < word.length && word[at] === other[at]) at += 1;
  const isWhole = word.length < MIN_LETTERS_FOR_BEGINNING;
  const goesOn = (inOther: number, inWord: number) => {
    const [rest, wanted] = [other.slice(inOther), word.slice(inWord)];
    return isWhole ? rest === wanted : rest.startsWith(wanted);
  };
  if (goesOn(at + 1, at + 1) || goesOn(at, at + 1) || goesOn(at + 1, at)) return true;
  return word[at] === other[at + 1] && word[at + 1] === other[at] && goesOn(at + 2, at + 2);
}

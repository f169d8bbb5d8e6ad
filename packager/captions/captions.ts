import { normalWebVtt } from './webvtt.ts';

/** What players show of captions to choose them by. */
export interface CaptionsTrack {
  /** A BCP 47 tag, each its own. */
  language: string;
  /** Each its own. */
  label: string;
}

export interface Captions extends CaptionsTrack {
  /** WebVTT. */
  text: string;
}

export const MAX_CAPTIONS = 16;
const MAX_LABEL = 60;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i;
const MAX_LANGUAGE = 35;
/** A playlist has them in quotes, on one line. */
const NOT_IN_LABELS = /["\p{Cc}\p{Zl}\p{Zp}]/u;

export function isLanguage(text: string): boolean {
  return text.length <= MAX_LANGUAGE && LANGUAGE.test(text);
}

export function isLabel(text: string): boolean {
  return text.trim() === text && text !== '' && text.length <= MAX_LABEL && !NOT_IN_LABELS.test(text);
}

/** As they stand in a directory. @throws RangeError, CaptionsRefused */
export function checkedCaptions(all: readonly Captions[]): Captions[] {
  if (all.length > MAX_CAPTIONS)
    throw new RangeError(`There are ${all.length} captions, not ${MAX_CAPTIONS}.`);
  for (const part of ['language', 'label'] as const) {
    if (new Set(all.map((each) => each[part].toLowerCase())).size < all.length) {
      throw new RangeError(`Two captions have the same ${part}.`);
    }
  }
  return all.map(({ language, label, text }) => {
    if (!isLanguage(language)) throw new RangeError('The language of captions is none.');
    if (!isLabel(label)) throw new RangeError('The label of captions is none.');
    return { language, label, text: normalWebVtt(text) };
  });
}

export function pathOf({ language }: CaptionsTrack, kind: 'vtt' | 'm3u8'): string {
  return `captions/${language}.${kind}`;
}

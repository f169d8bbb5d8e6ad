import type { KeptTrack, NewPackaging, ResumableUpload } from '../../store/book.ts';
import { CaptionsMissing } from '../errors.ts';

/** What becomes of the file once all of it is here. */
export type Asked = Omit<NewPackaging, 'id' | 'secret' | 'poster' | 'captions' | 'client'> & {
  isFree: boolean;
  /** Whose texts come before the file. */
  captions: readonly KeptTrack[];
};

/** An upload, and how much of it has come. */
export interface Arrived extends Omit<ResumableUpload, 'asked'> {
  offset: number;
  asked: Asked;
}

/** Texts in WebVTT by their language. */
export type Texts = Readonly<Record<string, string>>;

/** What was begun before there were captions names none. */
export function askedIn({ asked }: Pick<ResumableUpload, 'asked'>): Asked {
  return { captions: [], ...JSON.parse(asked) };
}

export function bytesOf(texts: Texts): number {
  return Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** The captions that were named, all of them. @throws {CaptionsMissing} */
export function captionsOf({ captions }: Asked, texts: Texts) {
  const languages = captions.flatMap(({ language }) => (Object.hasOwn(texts, language) ? [] : language));
  if (languages.length > 0) throw new CaptionsMissing({ languages });
  return captions.map((track) => ({ ...track, text: texts[track.language] ?? '' }));
}

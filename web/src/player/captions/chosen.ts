import { createStoredValue } from '../../lib/store.ts';

/** Captions that a video has. */
export interface CaptionsTrack {
  /** Below its directory. */
  path: string;
  /** A tag of BCP 47. */
  language: string;
  label: string;
}

interface ChosenCaptions {
  isOn: boolean;
  /** The one chosen last; empty: none ever was. */
  language: string;
}

/** What a person has chosen, for all videos. */
export const chosenCaptions = createStoredValue<ChosenCaptions>('captions', { isOn: false, language: '' });

/** Off, or on in the language chosen last. */
export function turnCaptions(): void {
  const { isOn, language } = chosenCaptions.get();
  chosenCaptions.set({ isOn: !isOn, language });
}

/**
 * Those to be shown: in the language that is chosen, else in a like one, else in one that the browser asks for, else the
 * first. Who has turned captions on needs some.
 */
export function shownOf<Track extends Pick<CaptionsTrack, 'language'>>(
  tracks: readonly Track[],
  { isOn, language }: ChosenCaptions,
  others: readonly string[] = navigator.languages,
): Track | undefined {
  if (!isOn) return undefined;
  for (const wanted of [language, ...others]) {
    const found =
      tracks.find((track) => track.language === wanted) ??
      tracks.find((track) => mainOf(track.language) === mainOf(wanted));
    if (found) return found;
  }
  return tracks[0];
}

/** `pt-BR` → `pt` */
function mainOf(language: string): string {
  return language.split('-')[0]?.toLowerCase() ?? '';
}

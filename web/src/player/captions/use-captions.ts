import { type RefObject, useEffect, useState } from 'react';
import { useStore } from '../../lib/store.ts';
import { type CaptionsTrack, chosenCaptions, shownOf } from './chosen.ts';
import type { ReadCaptions } from './read.ts';

export interface Captions {
  tracks: readonly CaptionsTrack[];
  shown: CaptionsTrack | undefined;
  /** What the video element is to be given, once it is here; nothing where the browser has the playlist's own. */
  text: { track: CaptionsTrack; url: string } | undefined;
}

interface CaptionsOf {
  cid: string;
  /** Of a packaged video: its master playlist. */
  url: string | undefined;
  /** Each turn has a video element of its own. */
  turn: number;
  /** The browser plays HLS by itself, captions too. */
  isNative: boolean;
}

/** The captions of what plays, shown as a person has chosen. Without any, or where they can't be had, the video plays on. */
export function useCaptions(
  video: RefObject<HTMLVideoElement | null>,
  { cid, url, turn, isNative }: CaptionsOf,
): Captions {
  const [found, setFound] = useState<{ of: string; read: ReadCaptions }>();
  const [text, setText] = useState<Captions['text']>();
  const choice = useStore(chosenCaptions);
  const read = found?.of === url ? found?.read : undefined;
  const tracks = read?.tracks ?? [];
  const shown = shownOf(tracks, choice);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what did not come may come with the next turn
  useEffect(() => {
    if (url === undefined || read) return;
    const leaving = new AbortController();
    const look = async () => {
      const { readCaptions } = await import('./read.ts');
      setFound({ of: url, read: await readCaptions(cid, url, leaving.signal) });
    };
    look().catch(() => undefined);
    return () => leaving.abort();
  }, [cid, url, turn]);

  useEffect(() => {
    setText(undefined);
    if (!read || !shown || isNative) return;
    let made: string | undefined;
    let isLeft = false;
    const load = async () => {
      const words = await read.textOf(shown);
      if (isLeft) return;
      made = URL.createObjectURL(new Blob([words], { type: 'text/vtt' }));
      setText({ track: shown, url: made });
    };
    load().catch(() => undefined);
    return () => {
      isLeft = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [read, shown, isNative]);

  useOwnMenu(video, turn, tracks.length > 0 && !isNative);
  useNativeTracks(video, turn, isNative ? (shown?.language ?? '') : undefined);
  return { tracks, shown, text };
}

/** Captions that are turned off in the browser's own menu are off. */
function useOwnMenu(video: RefObject<HTMLVideoElement | null>, turn: number, hasSome: boolean): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn has another element
  useEffect(() => {
    const texts = video.current?.textTracks;
    if (!texts || !hasSome) return;
    const changed = () => {
      const { isOn, language } = chosenCaptions.get();
      const isShown = [...texts].some(({ mode }) => mode === 'showing');
      if (isOn && texts.length > 0 && !isShown) chosenCaptions.set({ isOn: false, language });
    };
    texts.addEventListener('change', changed);
    return () => texts.removeEventListener('change', changed);
  }, [video, turn, hasSome]);
}

/** Of what the browser has found in the playlist one is shown. @param language `undefined`: it has found none */
function useNativeTracks(
  video: RefObject<HTMLVideoElement | null>,
  turn: number,
  language: string | undefined,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn has another element
  useEffect(() => {
    const texts = video.current?.textTracks;
    if (!texts || language === undefined) return;
    const show = () => {
      for (const track of texts) track.mode = track.language === language ? 'showing' : 'disabled';
    };
    show();
    texts.addEventListener('addtrack', show);
    return () => texts.removeEventListener('addtrack', show);
  }, [video, turn, language]);
}

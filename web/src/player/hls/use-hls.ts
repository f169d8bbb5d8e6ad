import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Attach, HlsListeners, HlsStream } from './hls-stream.ts';
import type { Rendition } from './quality.ts';

interface HlsTurn extends Omit<HlsListeners, 'onRenditions' | 'onNative'> {
  /** Of a master playlist; `undefined`: what plays is no packaged video. */
  url: string | undefined;
  fromSec: number;
  attach: Attach | undefined;
  /** Each turn has a video element of its own. */
  turn: number;
}

export interface Quality {
  renditions: readonly Rendition[];
  choose(index: number): void;
  /** The browser plays HLS by itself. */
  isNative: boolean;
}

/** Plays a packaged video in the element. */
export function useHls(
  video: RefObject<HTMLVideoElement | null>,
  { url, turn, attach, ...rest }: HlsTurn,
): Quality {
  const [renditions, setRenditions] = useState<readonly Rendition[]>([]);
  const [isNative, setNative] = useState(false);
  const stream = useRef<HlsStream>(null);
  const locked = useEffectEvent(rest.onLocked);
  const lost = useEffectEvent(rest.onLost);
  const spoilt = useEffectEvent(rest.onSpoilt);
  const startSec = useEffectEvent(() => rest.fromSec);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn has another element
  useEffect(() => {
    const element = video.current;
    if (url === undefined || element === null) return;
    const leaving = new AbortController();
    const listeners = {
      ...{ onRenditions: setRenditions, onNative: () => setNative(true), onLocked: () => locked() },
      ...{ onLost: () => lost(), onSpoilt: () => spoilt() },
    };
    const play = async () => {
      const { playHls } = await import('./hls-stream.ts');
      if (leaving.signal.aborted) return;
      stream.current = playHls(element, { url, fromSec: startSec(), attach }, listeners, leaving.signal);
    };
    play().catch(() => !leaving.signal.aborted && lost());
    return () => leaving.abort();
  }, [url, turn, attach, video]);

  return { renditions, isNative, choose: (index) => stream.current?.choose(index) };
}

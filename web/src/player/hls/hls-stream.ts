import type { RetryConfig } from 'hls.js';
import Hls from 'hls.js/light';
import { AUTOMATIC, chosenHeight, type Rendition, renditionFor } from './quality.ts';
import { isSpoilt, watchSegments } from './spoilt-segments.ts';

// The only module that needs hls.js: loaded when a packaged video plays.

export interface HlsStream {
  /** Plays one rendition from the next segment on; -1: whichever the line allows. */
  choose(index: number): void;
}

export interface HlsListeners {
  /** Smallest last; one alone is nothing to choose from. */
  onRenditions(renditions: readonly Rendition[]): void;
  /** The provider gives no key for what comes next. What is held already plays on. */
  onLocked(): void;
  onLost(): void;
  /** What comes can't be shown. */
  onSpoilt(): void;
  /** The browser plays HLS by itself: it asks for keys without this page. */
  onNative(): void;
}

/** Gives a player its keys, and loads the video. @returns what ends it */
export type Attach = (hls: Hls) => () => void;

interface PlayedHls {
  /** Of the master playlist. */
  url: string;
  fromSec: number;
  /** Where keys are paid as they are needed. */
  attach: Attach | undefined;
}

/** hls.js by itself fetches minutes ahead, of which most may never be watched. */
const BUFFER_SEC = 30;
const MAX_BUFFER_SEC = 60;
/** Whoever keys are paid may be back in a while; hls.js by itself gives up at once who does not answer. */
const AGAIN: RetryConfig = {
  ...{ maxNumRetry: Number.POSITIVE_INFINITY, retryDelayMs: 1_000, maxRetryDelayMs: 4_000 },
  shouldRetry: (_policy, _count, isTimeout, answer) =>
    isTimeout || answer?.code === 0 || (answer?.code ?? 0) >= 500,
};
/** Not paid, a token that is over, or a retired content. */
const REFUSALS: readonly (number | undefined)[] = [401, 402, 410];

/**
 * Plays a packaged video by its master playlist, until the signal ends it. Where a browser has no Media Source it
 * plays HLS by itself.
 */
export function playHls(
  video: HTMLVideoElement,
  { url, fromSec, attach }: PlayedHls,
  listeners: HlsListeners,
  leaving: AbortSignal,
): HlsStream {
  if (!Hls.isSupported()) {
    listeners.onNative();
    return playNatively(video, url, leaving);
  }
  const hls = new Hls({
    startPosition: fromSec > 0 ? fromSec : -1,
    maxBufferLength: BUFFER_SEC,
    maxMaxBufferLength: MAX_BUFFER_SEC,
    // Segments pass through as they are, and the browser decrypts them: a thread would have nothing to do.
    enableWorker: false,
  });
  if (attach) waitFor(hls);
  watchSegments(hls, listeners.onSpoilt);
  let isLocked = false;
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    const renditions = renditionsOf(hls);
    const chosen = renditionFor(renditions, chosenHeight.get());
    if (chosen !== AUTOMATIC) hls.loadLevel = chosen;
    listeners.onRenditions(renditions);
  });
  hls.on(Hls.Events.ERROR, (_, { details, response, fatal }) => {
    // Who pays the keys says what is missing.
    if (details === Hls.ErrorDetails.KEY_LOAD_ERROR && attach) return;
    if (details === Hls.ErrorDetails.KEY_LOAD_ERROR && REFUSALS.includes(response?.code)) {
      isLocked = true;
      hls.stopLoad();
      listeners.onLocked();
    } else if (fatal) isSpoilt(details) ? listeners.onSpoilt() : listeners.onLost();
  });
  // What was held may be gone, and another place may be open.
  const resume = () => {
    if (!isLocked) return;
    isLocked = false;
    hls.startLoad(video.currentTime);
  };
  video.addEventListener('seeking', resume, { signal: leaving });
  hls.attachMedia(video);
  const detach = attach?.(hls);
  if (!attach) hls.loadSource(url);
  leaving.addEventListener('abort', () => {
    detach?.();
    hls.destroy();
  });
  return {
    choose(index) {
      hls.nextLevel = index;
    },
  };
}

function waitFor({ config }: Hls): void {
  for (const policy of ['playlistLoadPolicy', 'fragLoadPolicy'] as const) {
    config[policy] = { default: { ...config[policy].default, timeoutRetry: AGAIN, errorRetry: AGAIN } };
  }
}

function playNatively(video: HTMLVideoElement, url: string, leaving: AbortSignal): HlsStream {
  video.src = url;
  leaving.addEventListener('abort', () => {
    video.removeAttribute('src');
    video.load();
  });
  return { choose: () => undefined };
}

function renditionsOf({ levels }: Hls): Rendition[] {
  const found = levels.map(({ height }, index) => ({ index, height }));
  return found.sort((one, other) => other.height - one.height);
}

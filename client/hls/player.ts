import type { HlsConfig, Loader, LoaderContext } from 'hls.js';
import { checkFile } from '../content/content.ts';
import { ClientError } from '../errors.ts';
import { pause } from '../patience.ts';
import type { Video } from '../video.ts';
import { checkedLoader, type FileCheck, type KeySource, keyLoader } from './loaders.ts';
import { type Media, Pace, type Page } from './pace.ts';

/** As much of an `Hls` of hls.js as is used: the caller makes it, of the full or the light build. */
export interface HlsPlayer {
  readonly config: HlsConfig;
  readonly media: Media | null;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  loadSource(url: string): void;
  startLoad(positionSec?: number): void;
  stopLoad(): void;
}

export interface PlayerOptions {
  /** Something that a person, or the caller, has to decide: loading has stopped; `goOn` when it may go on. */
  onStop: (error: ClientError) => void;
  /** A key was asked for in vain; where it is retryable it is asked for again by itself. */
  onFailed?: (error: unknown) => void;
  /** A key has come that was not kept here. */
  onKey?: () => void;
}

export interface PlayerSession {
  /**
   * To be called where a person has asked to play: before, nothing is paid.
   * @throws {ClientError} not_by_a_person, where the browser knows that nobody has done anything
   */
  allowPaying(): void;
  /** After `onStop`: loads on from where the video stands. */
  goOn(): void;
  /** Buys nothing more. The player itself is the caller's. */
  detach(): void;
}

/** hls.js fetches so far ahead; keys come later than that. */
const BUFFER_SEC = 30;
const MAX_BUFFER_SEC = 60;
const RETRY_MS = 3_000;

/**
 * Plays a video that is paid by the unit, and buys each unit when it is about to be watched. Sets the player's loaders
 * and how much it holds, and loads the video.
 */
export function player(hls: HlsPlayer, video: Video, options: PlayerOptions): PlayerSession {
  const reload = () => {
    hls.stopLoad();
    hls.startLoad(hls.media?.currentTime);
  };
  const { document, navigator } = globalThis as { document?: Page; navigator?: Navigating };
  const pace = new Pace({ page: document, onStuck: reload });
  const attach = () => pace.attach(hls.media);
  const leave = () => pace.attach(null);
  hls.on('hlsMediaAttached', attach);
  hls.on('hlsMediaDetaching', leave);
  attach();

  const stop = (error: ClientError) => {
    hls.stopLoad();
    options.onStop(error);
  };
  configure(hls.config, video, { stop, keyOf: keysFor(video, { pace, stop, ...options }) });
  hls.loadSource(`${video.seller.url}/master.m3u8`);
  return {
    allowPaying() {
      if (navigator?.userActivation?.isActive === false) {
        throw new ClientError('not_by_a_person', 'Nobody has asked to pay.');
      }
      pace.allow();
    },
    goOn: reload,
    detach() {
      pace.stop();
      hls.off('hlsMediaAttached', attach);
      hls.off('hlsMediaDetaching', leave);
    },
  };
}

interface Navigating {
  userActivation?: { readonly isActive: boolean };
}

type Stop = (error: ClientError) => void;
type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>;

function configure(config: HlsConfig, video: Video, { stop, keyOf }: { stop: Stop; keyOf: KeySource }): void {
  const check: FileCheck = async (url, bytes) => {
    try {
      await checkFile(video.content, pathIn(video, url), bytes);
    } catch (error) {
      if (error instanceof ClientError) stop(error);
      throw error;
    }
  };
  const checked = checkedLoader(config.loader as LoaderClass, check);
  config.maxBufferLength = BUFFER_SEC;
  config.maxMaxBufferLength = MAX_BUFFER_SEC;
  config.pLoader = checked as unknown as NonNullable<HlsConfig['pLoader']>;
  config.fLoader = checked as unknown as NonNullable<HlsConfig['fLoader']>;
  config.loader = keyLoader(keyOf);
}

interface KeysTerms extends Pick<PlayerOptions, 'onFailed' | 'onKey'> {
  pace: Pace;
  stop: Stop;
}

/** Holds a request for a key until it may be bought; what a person has to decide ends the loading. */
function keysFor(video: Video, { pace, stop, onFailed, onKey }: KeysTerms): KeySource {
  const { unitStartsSec } = video.content;
  return async ({ url, startSec }, signal) => {
    const unit = unitIn(video, url);
    const stretch = { startSec, endSec: unitStartsSec[unit + 1] ?? Number.POSITIVE_INFINITY };
    const kept = await video.keptKey(unit);
    if (kept) return kept;
    for (;;) {
      await pace.until(stretch, signal);
      try {
        // What it answers has all that was asked for.
        const key = (await video.fetchKeys([unit], onFailed)).get(unit) as Uint8Array;
        onKey?.();
        return key;
      } catch (error) {
        // What nobody waits for any more ends nothing that was begun meanwhile.
        signal.throwIfAborted();
        if (!(error instanceof ClientError)) throw error;
        if (!error.retryable) {
          stop(error);
          throw error;
        }
        await pause(RETRY_MS);
      }
    }
  };
}

/** The unit of a key by its address. @throws {ClientError} playlist_refused */
function unitIn(video: Video, url: string): number {
  const [, unit] = /^keys\/(0|[1-9]\d{0,4})$/.exec(pathIn(video, url)) ?? [];
  if (unit !== undefined) return Number(unit);
  throw noPart(url);
}

/** The path of a file below the video. @throws {ClientError} playlist_refused */
function pathIn({ seller }: Video, url: string): string {
  const base = `${seller.url}/`;
  if (url.startsWith(base)) return url.slice(base.length);
  throw noPart(url);
}

function noPart(url: string): ClientError {
  return new ClientError('playlist_refused', `${url.slice(0, 200)} is not of the video.`);
}

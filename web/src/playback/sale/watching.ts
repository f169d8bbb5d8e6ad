import { type HlsPlayer, type PlayerSession, player } from '../../../../client/hls/player.ts';
import { ClientError, type Video } from '../../../../client/index.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { NOTHING_YET, type SaleState } from './state.ts';

/** A seller may be busy for a moment, and a deposit be new to it: longer than that is said. */
const PATIENCE_MS = { refused: 3_000, unconfirmed: 15_000 };

/** A protected video at one provider, checked against its CID, as it is watched. */
export interface Watching {
  readonly state: Store<SaleState>;
  readonly durationSec: number;
  /** How many units have a key. */
  readonly soldUnits: number;
  /** Gives a player its keys, and loads the video. @returns what ends it */
  attach(hls: HlsPlayer): () => void;
  /**
   * Called where a person has asked to play: keys may cost something from now on.
   * @param fromSec where it goes on, if that lies ahead of what plays: nothing is bought for what is left out
   */
  pay(fromSec?: number): void;
  /** What may be spent on this video from now on, in base units. */
  limitTo(limit: bigint): void;
  /** Plays on after something has changed. */
  goOn(changed: Partial<SaleState>): void;
}

export function watching(video: Video, from: Partial<SaleState>): Watching {
  let session: PlayerSession | null = null;
  let played: HlsPlayer | null = null;
  const state = createStore<SaleState>({ ...NOTHING_YET, ...from });
  const show = (part: Partial<SaleState>) => state.set({ ...state.get(), ...part });
  const seller = refusals(state);
  /** Since a key was last missed. */
  let isChanged = false;
  /** Nothing is loaded any more: else what is under way would be broken off, and begun again. */
  let isStopped = false;
  let isLoaded = () => false;
  const goOn = () => {
    isChanged = false;
    if (!isStopped || !isLoaded()) return;
    isStopped = false;
    session?.goOn();
  };
  const allow = () => {
    if (isAllowed(session)) play(played);
    else show({ isPaying: false });
  };
  return {
    state,
    ...factsOf(video),
    attach(hls) {
      session = player(hls, video, {
        onStop(stopped) {
          isStopped = true;
          if (stopped.code !== 'channel_missing') show({ stopped, refused: null, ...leftBy(stopped) });
          // It may have been asked for before something was open. The player stops once it hears of the failure.
          else if (isChanged) goOn();
          // Without a channel the deposit is on its way, unless what is open ends here.
          else if (state.get().isUnlocked || state.get().openUnits > 0) show({ stopped });
        },
        ...seller.told,
      });
      played = hls;
      isLoaded = loadedBy(hls);
      isStopped = false;
      if (state.get().isPaying) allow();
      return () => {
        session?.detach();
        seller.forget();
        session = null;
        played = null;
      };
    },
    pay(fromSec = 0) {
      goAhead(played, fromSec);
      show({ isPaying: true, stopped: null });
      allow();
      goOn();
    },
    goOn(changed) {
      show({ ...changed, stopped: null, changes: state.get().changes + 1 });
      goOn();
      isChanged = true;
    },
  };
}

function factsOf(video: Video): Pick<Watching, 'durationSec' | 'soldUnits' | 'limitTo'> {
  return {
    durationSec: video.content.durationSec,
    soldUnits: video.content.keyHashes.filter((hash) => hash !== null).length,
    limitTo: (limit) => video.limitTo(limit),
  };
}

/** Shows that the seller sells nothing, once that has lasted a while. */
function refusals(state: Store<SaleState>) {
  let sinceMs: number | null = null;
  const show = (part: Partial<SaleState>) => state.set({ ...state.get(), ...part });
  const forget = () => {
    sinceMs = null;
    if (state.get().refused) show({ refused: null });
  };
  return {
    forget,
    told: {
      onFailed(error: unknown) {
        if (!isRefusal(error)) return;
        sinceMs ??= performance.now();
        const patience = error.code === 'deposit_unconfirmed' ? 'unconfirmed' : 'refused';
        if (performance.now() - sinceMs >= PATIENCE_MS[patience]) show({ refused: error });
      },
      onKey() {
        forget();
        show({ changes: state.get().changes + 1 });
      },
    },
  };
}

/** Whether the seller has answered that it sells nothing now, or nothing more for a deposit that is not final. */
function isRefusal(error: unknown): error is ClientError {
  if (!(error instanceof ClientError) || !error.retryable) return false;
  return ['seller_refused', 'mirror_behind', 'deposit_unconfirmed'].includes(error.code);
}

/** The rest may have been asked for in another browser. */
function leftBy({ code }: ClientError): Partial<SaleState> {
  return code === 'withdrawal_pending' ? { isLeaving: true } : {};
}

/** Whether keys may be paid now: the browser may have forgotten the click, and another one is needed. */
function isAllowed(session: PlayerSession | null): boolean {
  try {
    session?.allowPaying();
    return true;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

/** Whether the player knows its playlist: loading on before would end the loading of that. */
function loadedBy(hls: HlsPlayer): () => boolean {
  let isLoaded = false;
  hls.on('hlsManifestParsed', () => {
    isLoaded = true;
  });
  return () => isLoaded;
}

/** A seek is heard of later than what may be bought is looked at: it comes first. */
function goAhead(hls: HlsPlayer | null, toSec: number): void {
  const video = hls?.media as HTMLMediaElement | null | undefined;
  if (video && toSec > video.currentTime + 1) video.currentTime = toSec;
}

/** Keys are bought for what plays, also before anything of it is there. */
function play(hls: HlsPlayer | null): void {
  const video = hls?.media as HTMLMediaElement | null | undefined;
  video?.play().catch(() => undefined);
}

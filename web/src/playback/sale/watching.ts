import { type HlsPlayer, type PlayerSession, player } from '../../../../client/hls/player.ts';
import { ClientError, type Video } from '../../../../client/index.ts';
import { createStore, type Store } from '../../lib/store.ts';

/** What a viewer sees of a sale. */
export interface SaleState {
  /** A deposit with the provider, of which keys are paid. */
  hasDeposit: boolean;
  /** What the wallet has paid elsewhere is open in this browser, too. */
  isUnlocked: boolean;
  /** A person has asked to play for money. */
  isPaying: boolean;
  /** What a person has to decide. */
  stopped: ClientError | null;
}

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

export function watching(video: Video, from: Pick<SaleState, 'hasDeposit' | 'isUnlocked'>): Watching {
  let session: PlayerSession | null = null;
  let played: HlsPlayer | null = null;
  const state = createStore<SaleState>({ ...from, isPaying: false, stopped: null });
  const show = (part: Partial<SaleState>) => state.set({ ...state.get(), ...part });

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
    durationSec: video.content.durationSec,
    soldUnits: video.content.keyHashes.filter((hash) => hash !== null).length,
    attach(hls) {
      session = player(hls, video, {
        onStop(stopped) {
          isStopped = true;
          if (stopped.code !== 'channel_missing') show({ stopped });
          // It may have been asked for before something was open. The player stops once it hears of the failure.
          else if (isChanged) goOn();
          // Without a channel the deposit is on its way, unless what is open ends here.
          else if (state.get().isUnlocked) show({ stopped });
        },
      });
      played = hls;
      isLoaded = loadedBy(hls);
      isStopped = false;
      if (state.get().isPaying) allow();
      return () => {
        session?.detach();
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
    limitTo: (limit) => video.limitTo(limit),
    goOn(changed) {
      show({ ...changed, stopped: null });
      goOn();
      isChanged = true;
    },
  };
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

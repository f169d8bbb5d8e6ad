import type { Signer } from 'ethers';
import {
  type Balance,
  browserStorage,
  type Channel,
  ClientError,
  type HlsPlayer,
  openChannel,
  openVideo,
  type PlayerSession,
  player,
  resume,
  type Video,
} from '../../../../client/index.ts';
import { createStore, type Store } from '../../lib/store.ts';

// The only module that needs the client library: loaded where keys are sold.

/** Who sells which video, as the chain says. */
export interface SaleTerms {
  chainId: number;
  contract: string;
  provider: string;
  token: string;
  cid: string;
  contentId: string;
  /** As the provider registered it. */
  playUrl: string;
  /** Base units. */
  unitPrice: bigint;
  /** Where the channels of this chain are read. */
  host: string;
  /** What may be spent on this video, in base units; `null`: as the deposit allows. */
  limit: bigint | null;
}

/** What a viewer sees of a sale. */
export interface SaleState {
  /** A deposit with the provider, of which keys are paid. */
  hasDeposit: boolean;
  /** A person has asked to play for money. */
  isPaying: boolean;
  /** What a person has to decide. */
  stopped: ClientError | null;
}

/** A protected video at one provider, checked against its CID. */
export interface Sale {
  readonly state: Store<SaleState>;
  readonly durationSec: number;
  /** How many units have a key. */
  readonly soldUnits: number;
  /** Gives a player its keys, and loads the video. @returns what ends it */
  attach(hls: HlsPlayer): () => void;
  /** Called where a person has asked to play: keys may cost something from now on. */
  pay(): void;
  /** What may be spent on this video from now on, in base units. */
  limitTo(limit: bigint): void;
  /** A unit may cost so much from now on, in base units. */
  agreeTo(unitPrice: bigint): void;
  /** Puts base units aside: the wallet's one confirmation. */
  deposit(wallet: Signer, amount: bigint): Promise<void>;
  balance(): Promise<Balance | null>;
  /** Asks for the rest of the deposit. */
  leave(wallet: Signer): Promise<void>;
  /** Takes it, after the delay. */
  collect(wallet: Signer): Promise<void>;
}

/** @throws {ClientError} content_mismatch, seller_distrusted, seller_refused, seller_unreachable */
export async function openSale(terms: SaleTerms): Promise<Sale> {
  const { chainId, contract, provider, token, host } = terms;
  const parties = { chainId, contract, provider, token };
  const channels = { ...parties, storage: browserStorage(), facts: { host } };
  const found = await resume(channels);
  const agreed = { price: terms.unitPrice };
  const video = await openVideo({
    ...terms,
    ...{ storage: channels.storage, channel: found },
    onPriceChanged: async ({ to }) => to <= agreed.price,
  });
  const open: Open = (wallet, deposit) => openChannel({ ...channels, wallet, deposit });
  return { ...saleOf(video, found, open), agreeTo: (price) => void Object.assign(agreed, { price }) };
}

type Open = (wallet: Signer, deposit: bigint) => Promise<Channel>;

function saleOf(video: Video, found: Channel | null, open: Open): Omit<Sale, 'agreeTo'> {
  let channel = found;
  let session: PlayerSession | null = null;
  let played: HlsPlayer | null = null;
  const state = createStore<SaleState>({ hasDeposit: found !== null, isPaying: false, stopped: null });
  const show = (part: Partial<SaleState>) => state.set({ ...state.get(), ...part });

  const allow = () => {
    try {
      session?.allowPaying();
      // Keys are bought for what plays, also before anything of it is there.
      const video = played?.media as HTMLMediaElement | null | undefined;
      video?.play().catch(() => undefined);
    } catch (error) {
      // The browser has forgotten the click meanwhile: another one is needed.
      if (!(error instanceof ClientError)) throw error;
      show({ isPaying: false });
    }
  };
  return {
    state,
    durationSec: video.content.durationSec,
    soldUnits: video.content.keyHashes.filter((hash) => hash !== null).length,
    attach(hls) {
      // Without a channel the deposit is on its way, or nobody has asked to pay.
      session = player(hls, video, {
        onStop: (stopped) => stopped.code !== 'channel_missing' && show({ stopped }),
      });
      played = hls;
      if (state.get().isPaying) allow();
      return () => {
        session?.detach();
        session = null;
        played = null;
      };
    },
    pay() {
      show({ isPaying: true, stopped: null });
      allow();
      session?.goOn();
    },
    limitTo: (limit) => video.limitTo(limit),
    async deposit(wallet, amount) {
      if (channel) await channel.topUp(amount, { wallet });
      else channel = await open(wallet, amount);
      video.payFrom(channel);
      show({ hasDeposit: true, stopped: null });
      session?.goOn();
    },
    balance: async () => (channel ? await channel.balance() : null),
    leave: async (wallet) => await channel?.close({ wallet }),
    collect: async (wallet) => await channel?.collect({ wallet }),
  };
}

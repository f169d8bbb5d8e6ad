import { browserStorage, openVideo, resume } from '../../../../client/index.ts';
import { keptToken } from '../../../../client/keys/access.ts';
import { keptKeys } from '../../../../client/keys/key-cache.ts';
import { type Deposits, deposits, isFunded, type Means } from './deposits.ts';
import { type Watching, watching } from './watching.ts';

// The only module that needs the client library: loaded where keys are sold.

/** Who sells which video, as the chain says. */
export interface SaleTerms {
  chainId: number;
  contract: string;
  provider: string;
  token: string;
  /** Whose deposit pays, and whose payments are open; without a wallet the first one's of this browser. */
  viewer: string | undefined;
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
  /** From how much on that host sends what the wallet has only signed, in base units; `null`: it does not. */
  relayedFrom: bigint | null;
  /** Whether that host gives the rest back on the word of the deposit's key. */
  isReleased: boolean;
}

/** A protected video at one provider, checked against its CID. */
export interface Sale extends Omit<Watching, 'goOn'>, Deposits {
  /**
   * Opens what the wallet has paid this provider in other browsers: one signature, no payment.
   * @throws {SellerRefused} payment_required is its `problem` where nothing of it is open
   */
  unlock(means: Means): Promise<void>;
  /** How many units of the video have a key that is not kept here. */
  unitsLeft(): Promise<number>;
  /** A unit may cost so much from now on, in base units. */
  agreeTo(unitPrice: bigint): void;
}

/** @throws {ClientError} content_mismatch, seller_distrusted, seller_refused, seller_unreachable */
export async function openSale(terms: SaleTerms): Promise<Sale> {
  const { chainId, contract, provider, token, viewer, host, relayedFrom, isReleased } = terms;
  const parties = { chainId, contract, provider, token };
  const storage = browserStorage();
  const channels = { ...parties, viewer, storage, facts: { host } };
  const found = await resume(channels);
  const [video, hasDeposit] = await Promise.all([
    openVideo({ ...terms, proofsTo: host, storage, channel: found }),
    isFunded(found),
  ]);
  const isUnlocked = (await keptToken({ ...terms, storage })) !== null;
  const { goOn, ...watched } = watching(video, { hasDeposit, isUnlocked });
  return {
    ...watched,
    ...deposits({
      ...{ channels, found, host, relayedFrom, isReleased },
      onDeposit(channel) {
        video.payFrom(channel);
        goOn({ hasDeposit: true, back: null });
      },
      // What is kept here already plays on.
      onBack(back) {
        const state = watched.state.get();
        if (state.hasDeposit) watched.state.set({ ...state, hasDeposit: false, back });
      },
    }),
    async unlock({ wallet }) {
      await video.unlock(wallet);
      goOn({ isUnlocked: true });
    },
    async unitsLeft() {
      const sold = video.content.keyHashes.flatMap((hash, unit) => (hash === null ? [] : [unit]));
      return sold.length - (await keptKeys(storage, video.content, sold)).size;
    },
    agreeTo: (unitPrice) => video.agreeTo(unitPrice),
  };
}

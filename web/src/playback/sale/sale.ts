import { browserStorage, openVideo, resume } from '../../../../client/index.ts';
import { keptToken } from '../../../../client/keys/access.ts';
import { keptKeys } from '../../../../client/keys/key-cache.ts';
import type { Store } from '../../lib/store.ts';
import { type Deposits, deposits, type Means, standingOf } from './deposits.ts';
import type { SaleState } from './state.ts';
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
  const [video, standing] = await Promise.all([
    openVideo({ ...terms, proofsTo: host, storage, channel: found }),
    standingOf(found),
  ]);
  const sold = video.content.keyHashes.flatMap((hash, unit) => (hash === null ? [] : [unit]));
  const countOpen = async () => (await keptKeys(storage, video.content, sold)).size;
  const [access, openUnits] = await Promise.all([keptToken({ ...terms, storage }), countOpen()]);
  const { goOn, ...watched } = watching(video, { ...standing, openUnits, isUnlocked: access !== null });
  const { state } = watched;
  followOpen(state, countOpen);
  return {
    ...watched,
    ...deposits({
      ...{ channels, found, host, relayedFrom, isReleased },
      onDeposit(channel) {
        video.payFrom(channel);
        goOn({ hasDeposit: true, isLeaving: false, left: null, back: null });
      },
      // What is kept here already plays on.
      onBack(back) {
        const gone = { hasDeposit: false, isLeaving: false, left: null, back };
        if (state.get().hasDeposit) state.set({ ...state.get(), ...gone });
      },
      onStanding: (changed) => state.set({ ...state.get(), ...changed }),
    }),
    async unlock({ wallet }) {
      await video.unlock(wallet);
      goOn({ isUnlocked: true });
    },
    async unitsLeft() {
      return sold.length - (await countOpen());
    },
    agreeTo: (unitPrice) => video.agreeTo(unitPrice),
  };
}

/** Counts again what is open whenever keys may have come. */
function followOpen(state: Store<SaleState>, countOpen: () => Promise<number>): void {
  let counted = state.get().changes;
  state.subscribe(() => {
    const { changes } = state.get();
    if (changes === counted) return;
    counted = changes;
    void countOpen().then((openUnits) => state.set({ ...state.get(), openUnits }));
  });
}

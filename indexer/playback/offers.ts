import { type TermsInForce, termsInForce } from '../contract/effective-terms.ts';
import type { ContentRow, Store, StreamRow } from '../store/store.ts';
import type { Provider } from './provider.ts';

/** A content that this host sells: its provider has an active stream of it, at this host's address for its CID. */
export interface OwnOffer {
  readonly content: ContentRow;
  readonly stream: StreamRow;
  /** Now. */
  readonly terms: TermsInForce;
}

interface Deps {
  store: Pick<Store, 'activeStreams' | 'contentById'>;
  provider: Provider | null;
  nowSec(): number;
}

/** Streams of this host's provider that are registered, at this host's address for a canonical CID. */
export async function ownStreamsOf(
  { store, provider }: Pick<Deps, 'provider'> & { store: Pick<Store, 'activeStreams'> },
  cidKey: string,
): Promise<StreamRow[]> {
  if (provider === null) return [];
  const active = await store.activeStreams({ cidKey, provider: provider.wallet });
  return active.filter(({ url }) => provider.isOwn(url, cidKey));
}

/**
 * What this host sells under a canonical CID. The chain is the only list of it, and nobody else can write there: a
 * stream is registered by its provider or that one's delegate, so a listing by somebody else is none of these.
 */
export function createOwnOffers({ store, provider, nowSec }: Deps): (cidKey: string) => Promise<OwnOffer[]> {
  return async (cidKey) => {
    const own = await ownStreamsOf({ store, provider }, cidKey);
    const offers = await Promise.all(
      own.map(async (stream) => {
        const content = await store.contentById(stream.contract, stream.contentId);
        return content === null ? [] : { content, stream, terms: termsInForce(content, nowSec()) };
      }),
    );
    return offers.flat();
  };
}

export function isFree({ terms }: OwnOffer): boolean {
  return terms.pricePerUnit === 0n;
}

/** Somebody can pay for a unit of it now. */
export function isOnSale(offer: OwnOffer): boolean {
  return !isFree(offer) && isSoldByUnit(offer) && !offer.terms.retired;
}

/** A clear file is all there once any of it is paid, so its minutes can't be sold. */
export function isSoldByUnit({ terms }: OwnOffer): boolean {
  return terms.unit !== 'minute';
}

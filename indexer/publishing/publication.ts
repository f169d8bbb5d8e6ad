import { ZeroAddress } from 'ethers';
import type { CallOf } from '../contract/calls/wallet-calls.ts';
import type { ContractWriter } from '../contract/calls/writer.ts';
import { contentIdOf } from '../contract/content-id.ts';
import type { TermsInForce } from '../contract/effective-terms.ts';
import type { Unit } from '../lib/unit.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import type { Catalogue, ContentRow, Terms } from '../store/store.ts';
import { MinuteNotSold, TermsDiffer, WriteUndone } from './errors.ts';
import { findListingOrNull, type ListingFilter } from './find-listing.ts';
import { type Coin, priceInBaseUnits } from './price.ts';

/** Terms as somebody offers them. */
export interface TermsOffer {
  /** Of one unit, decimal in the coin's unit. */
  price: string | number;
  providerShareBps: number;
  /** Undefined: as it is in force, else a view. */
  unit?: Unit | undefined;
}

/** What a creator offers: a content and its terms. Addresses checksummed. */
export interface Offer extends TermsOffer {
  cid: ListingFilter['cid'];
  creator: string;
  /** Undefined: the coin in which this creator has listed the content, the native coin if in none yet. */
  token?: string | undefined;
  videoName: string;
  metadata?: string | undefined;
  /** It becomes a protected video, whose keys this host will have. */
  isProtected?: boolean | undefined;
}

export interface ListingDeps {
  store: Catalogue;
  writer: ContractWriter;
  chain: IndexedChain & {
    termsInForce(contract: string, contentId: string): Promise<TermsInForce | null>;
  };
  tokens: { describe(token: string): Promise<Coin> };
  /** Whether this host has the keys of a canonical CID, as its creator has packaged it. */
  isProtected(cidKey: string, creator: string): Promise<boolean>;
}

/** A listing and the terms in force. */
export interface PublishedListing {
  listing: ContentRow;
  terms: TermsInForce;
}

/** How an offer gets onto the chain. */
export interface Publications {
  /**
   * The call that publishes the offer, and whether that has been done, with these terms. What was retired is
   * published once its return is announced.
   * @throws {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}, {MinuteNotSold}
   */
  of(offer: Offer): Promise<{ call: CallOf<'publish'>; contentId: string; published: boolean }>;
  /** What the store shows of a publication. */
  listed(call: CallOf<'publish'>): Promise<PublishedListing>;
  /** Terms in a coin. @throws {PriceUnfit} */
  terms(offer: TermsOffer, token: string): Promise<{ pricePerUnit: bigint; providerShareBps: number }>;
}

export function createPublications(deps: ListingDeps): Publications {
  const { store, writer, chain, tokens } = deps;
  const { contract } = writer;

  async function terms({ price, providerShareBps }: TermsOffer, token: string) {
    return { pricePerUnit: priceInBaseUnits(price, await tokens.describe(token)), providerShareBps };
  }

  return {
    terms,
    async of(offer) {
      const listing = await findListingOrNull(store, { ...offer, contract });
      const token = listing?.token ?? offer.token ?? ZeroAddress;
      const offered = await terms(offer, token);
      const inForce = listing && (await chain.termsInForce(contract, listing.contentId));
      const unit = offer.unit ?? inForce?.unit ?? 'view';
      const standing = listing && inForce && (inForce.retired ? announced(listing) : inForce);
      const differing = standing && difference(standing, { ...offered, unit });
      const published = standing !== null && !differing;
      if (!published) await requireSellable(deps, offer, offer.unit);
      if (differing && !inForce.retired) throw new TermsDiffer({ listing, inForce, differing });
      if (!published) await requireSellable(deps, offer, unit);
      // Again under the same id, where it comes back from retirement.
      const cid = listing?.cid ?? offer.cid.text;
      const { creator: account, videoName: name, metadata = '' } = offer;
      const args = { ...offered, unit, cid, token, name, metadata };
      const contentId = contentIdOf(account, token, cid);
      return { call: { name: 'publish', account, contract, args }, contentId, published };
    },
    async listed({ account, args }) {
      const { token, cid, pricePerUnit, providerShareBps, unit } = args;
      const contentId = contentIdOf(account, token, cid);
      const listing = await store.contentById(contract.toLowerCase(), contentId);
      if (listing === null) throw new WriteUndone(`The publication of ${cid}`);
      return { listing, terms: { pricePerUnit, providerShareBps, unit, retired: false } };
    },
  };
}

/**
 * Whether this host puts a price by such a unit on chain: minutes are sold by keys. What a wallet has listed by itself stays
 * as it is.
 * @throws {MinuteNotSold}
 */
export async function requireSellable(
  { isProtected }: Pick<ListingDeps, 'isProtected'>,
  of: Pick<Offer, 'creator' | 'isProtected'> & { cid?: { key: string } },
  unit: Unit | undefined,
): Promise<void> {
  if (unit !== 'minute' || of.isProtected) return;
  if (of.cid && (await isProtected(of.cid.key, of.creator.toLowerCase()))) return;
  throw new MinuteNotSold();
}

/** The terms under which what is retired comes back. */
function announced({ scheduled }: ContentRow): Terms | null {
  return scheduled?.terms ?? null;
}

function difference(inForce: Terms, offered: Terms): TermsDiffer['differing'] | undefined {
  return (['pricePerUnit', 'providerShareBps', 'unit'] as const).find(
    (name) => inForce[name] !== offered[name],
  );
}

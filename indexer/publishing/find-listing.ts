import type { Catalogue, ContentRow } from '../store/store.ts';
import { ContentUnlisted, ListingAmbiguous } from './errors.ts';

/** Which listings are meant: all of a CID, or those of a creator, or in a coin, or at a deployment. */
export interface ListingFilter {
  /** As written by whoever asks. */
  cid: { text: string; key: string };
  creator?: string | undefined;
  token?: string | undefined;
  contract?: string | undefined;
}

/** Anybody can list any CID: so many offers are read to choose from. */
const MAX_CANDIDATES = 20;

/**
 * The one listing that is meant. One creator's listings in one coin are one: of several (older deployments, other
 * spellings of the CID) the spelling asked for wins, then the latest.
 * @throws {ContentUnlisted}, {ListingAmbiguous}
 */
export async function findListing(store: Catalogue, filter: ListingFilter): Promise<ContentRow> {
  const listing = await findListingOrNull(store, filter);
  if (listing === null) throw new ContentUnlisted(filter.cid.text, filter);
  return listing;
}

/** Whether any listing fits. */
export async function isOffered(store: Catalogue, { cid, ...offer }: ListingFilter): Promise<boolean> {
  return (await store.offers({ ...offer, cidKey: cid.key, cid: cid.text, limit: 1 })).length > 0;
}

/** @throws {ListingAmbiguous} */
export async function findListingOrNull(store: Catalogue, filter: ListingFilter): Promise<ContentRow | null> {
  const { cid, ...offer } = filter;
  const query = { ...offer, cidKey: cid.key, cid: cid.text };
  const found = await store.offers({ ...query, limit: MAX_CANDIDATES + 1 });
  if (found.length > 1) throw new ListingAmbiguous(cid.text, found, MAX_CANDIDATES);
  return found[0] ?? null;
}

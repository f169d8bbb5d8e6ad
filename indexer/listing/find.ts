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

/** Every listing that fits, latest publication first. */
export async function findListings(store: Catalogue, filter: ListingFilter): Promise<ContentRow[]> {
  const rows = await store.contentsByCid(filter.cid.key);
  return rows.filter(
    (row) =>
      same(row.creator, filter.creator) &&
      same(row.token, filter.token) &&
      same(row.contract, filter.contract),
  );
}

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

/** @throws {ListingAmbiguous} */
export async function findListingOrNull(store: Catalogue, filter: ListingFilter): Promise<ContentRow | null> {
  const rows = await findListings(store, filter);
  const offers = [...Map.groupBy(rows, ({ creator, token }) => `${creator} ${token}`).values()];
  if (offers.length > 1)
    throw new ListingAmbiguous(
      filter.cid.text,
      offers.map((each) => meant(each, filter)),
    );
  return offers[0] ? meant(offers[0], filter) : null;
}

function meant(rows: readonly ContentRow[], { cid }: ListingFilter): ContentRow {
  const [latest] = rows;
  const found = rows.find((row) => row.cid === cid.text) ?? latest;
  if (found === undefined) throw new RangeError('a group of listings has at least one');
  return found;
}

function same(stored: string, wanted: string | undefined): boolean {
  return wanted === undefined || stored.toLowerCase() === wanted.toLowerCase();
}

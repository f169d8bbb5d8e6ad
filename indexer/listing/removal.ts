import type { Catalogue, ContentRow } from '../store/store.ts';
import { ContentUnlisted } from './errors.ts';
import { findListings, type ListingFilter } from './find.ts';
import type { ListingDeps } from './publication.ts';

/** The file can still be paid for, so it stays. */
export class StillPayable extends Error {
  override readonly name = 'StillPayable';
  readonly listing: ContentRow;
  constructor(listing: ContentRow, reason: string) {
    super(`${listing.cid} ${reason}`);
    this.listing = listing;
  }
}

/**
 * Whether a creator may take a file from this host: they have listed it, no other creator sells it, and their own
 * listing is retired or served by nobody, so that no viewer can pay for what is gone.
 * @throws {ContentUnlisted}, {StillPayable}
 */
export async function checkRemoval(
  { store, chain }: { store: Catalogue; chain: ListingDeps['chain'] },
  cid: ListingFilter['cid'],
  creator: string,
): Promise<void> {
  await chain.waitFor(await chain.head());
  const listings = await findListings(store, { cid });
  const isOwn = (listing: ContentRow) => listing.creator === creator.toLowerCase();
  if (!listings.some(isOwn)) throw new ContentUnlisted(cid.text, { creator });
  for (const listing of listings) {
    const { contract, contentId } = listing;
    const terms = await chain.termsInForce(contract, contentId);
    if (terms === null || terms.retired) continue;
    if (!isOwn(listing)) throw new StillPayable(listing, `is also sold by ${listing.creator}.`);
    const streams = await store.streamsOf(contract, contentId);
    const serving = streams.find(({ active }) => active);
    if (serving) {
      const advice = 'retire the listing, or have the stream deregistered, first';
      throw new StillPayable(listing, `is served by ${serving.provider}: ${advice}.`);
    }
  }
}

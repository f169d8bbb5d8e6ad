import type { Catalogue, ContentRow, StagedUploads } from '../store/store.ts';
import { ContentUnlisted } from './errors.ts';
import { findListings, type ListingFilter } from './find.ts';
import type { ListingDeps } from './publication.ts';

/** Somebody can still pay for the file, or is about to publish it, so it stays. */
export class MediaInUse extends Error {
  override readonly name = 'MediaInUse';
  constructor(cid: string, reason: string) {
    super(`${cid} ${reason}`);
  }
}

/**
 * Whether a creator may take a file from this host: they have listed it, no other creator sells it, and their own
 * listing is retired or served by nobody, so that no viewer can pay for what is gone; and no other wallet has uploaded
 * it to publish it.
 * @throws {ContentUnlisted}, {MediaInUse}
 */
export async function checkRemoval(
  { store, chain }: { store: Catalogue & Pick<StagedUploads, 'isWaiting'>; chain: ListingDeps['chain'] },
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
    if (!isOwn(listing)) throw new MediaInUse(listing.cid, `is also sold by ${listing.creator}.`);
    const streams = await store.streamsOf(contract, contentId);
    const serving = streams.find(({ active }) => active);
    if (serving) {
      const advice = 'retire the listing, or have the stream deregistered, first';
      throw new MediaInUse(listing.cid, `is served by ${serving.provider}: ${advice}.`);
    }
  }
  if (await store.isWaiting(cid.key)) {
    throw new MediaInUse(cid.text, 'waits for its publication by another wallet.');
  }
}

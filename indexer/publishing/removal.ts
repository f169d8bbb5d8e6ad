import { BaseError } from '../lib/errors.ts';
import type { StagedUploads } from '../store/book.ts';
import { catchUp } from '../store/indexed-chain.ts';
import { isWaiting } from '../store/joins.ts';
import type { Catalogue, ContentRow, Page, Publications } from '../store/store.ts';
import { ContentUnlisted } from './errors.ts';
import { isOffered, type ListingFilter } from './find-listing.ts';
import type { ListingDeps } from './publication.ts';

/** Somebody can still pay for the file, or is about to publish it, so it stays. */
export class MediaInUse extends BaseError {}

export interface RemovalDeps {
  store: Catalogue & Publications;
  book: Pick<StagedUploads, 'uploadsOf'>;
  chain: ListingDeps['chain'];
  nowSec: number;
}

/**
 * Whether a creator may take a file from this host: they have listed it, no other creator sells it, and their own
 * listing is retired or served by nobody, so that no viewer can pay for what is gone; and no other wallet has uploaded
 * it to publish it.
 * @throws {ContentUnlisted}, {MediaInUse}
 */
export async function checkRemoval(
  { store, book, chain, nowSec }: RemovalDeps,
  cid: ListingFilter['cid'],
  creator: string,
): Promise<void> {
  await catchUp(chain);
  const isOwn = (listing: ContentRow) => listing.creator === creator.toLowerCase();
  if (!(await isOffered(store, { cid, creator }))) throw new ContentUnlisted(cid.text, { creator });
  for await (const listing of onSale(store, cid.key, nowSec)) {
    const { contract, contentId } = listing;
    const terms = await chain.termsInForce(contract, contentId);
    if (terms === null || terms.retired) continue;
    if (!isOwn(listing)) throw new MediaInUse(`${listing.cid} is also sold by ${listing.creator}.`);
    const [serving] = await store.activeStreams({ contract, contentId, limit: 1 });
    if (serving) {
      const advice = 'retire the listing, or have the stream deregistered, first';
      throw new MediaInUse(`${listing.cid} is served by ${serving.provider}: ${advice}.`);
    }
  }
  if (await isWaiting({ store, book }, cid.key)) {
    throw new MediaInUse(`${cid.text} waits for its publication by another wallet.`);
  }
}

/** Listings that the records do not show as retired; the chain's own clock may be ahead. */
async function* onSale(store: Catalogue, cidKey: string, nowSec: number): AsyncGenerator<ContentRow> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from = cursor !== undefined && { cursor };
    const query = { cidKey, isOnSale: true as const, nowSec, limit: 100, ...from };
    const page: Page<ContentRow> = await store.searchContents(query);
    yield* page.rows;
    cursor = page.nextCursor;
  }
}

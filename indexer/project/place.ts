import type { ContentPublished } from '../chain/events.ts';
import { canonicalCid } from '../cid.ts';

/** Where on the chain an event stands. */
export interface Place {
  contract: string;
  blockNumber: number;
  blockHash: string;
  timestampSec: number;
  txHash: string;
  logIndex: number;
}

/** What of a content never changes; events about it name its id alone. */
export interface Listing {
  cid: string;
  cidKey: string;
  creator: string;
  token: string;
}

/** The listing behind an id of a contract; known, since it was published before anything else about it. */
export type Lookup = (contract: string, contentId: string) => Listing;

/** A creator may list what is no CID; such a listing is found by its exact spelling. */
export function listingOf({ cid, creator, token }: ContentPublished): Listing {
  return { cid, cidKey: canonicalCid(cid) ?? cid, creator, token };
}

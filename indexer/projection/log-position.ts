import type { ContentPublished } from '../contract/events.ts';
import { canonicalCid } from '../lib/cid.ts';

/** Where on the chain an event stands. */
export interface LogPosition {
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

/** What of a channel never changes. */
export interface Parties {
  viewer: string;
  provider: string;
  token: string;
}

/** What stands behind an id of a contract: known, since nothing is told of it before it is published or opened. */
export interface Lookup {
  listing(contract: string, contentId: string): Listing;
  channel(contract: string, channelId: string): Parties;
  /** Whether the host knows the coin: what an unknown one says about who paid may be made up. */
  isKnownCoin(token: string): boolean;
}

/** A creator may list what is no CID; such a listing is found by its exact spelling. */
export function listingOf({ cid, creator, token }: ContentPublished): Listing {
  return { cid, cidKey: canonicalCid(cid) ?? cid, creator, token };
}

/** The key of a row that stands for one log. */
export function logKey({ blockNumber, logIndex }: LogPosition) {
  return { block_number: blockNumber, log_index: logIndex };
}

/** The columns that say where such a row comes from. */
export function originOf({ contract, blockHash, txHash }: LogPosition) {
  return { contract, block_hash: blockHash, tx_hash: txHash };
}

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

/** The part of a content that never changes; events about it name its id alone. */
export interface Listing {
  cid: string;
  cidKey: string;
  creator: string;
  token: string;
}

/** The part of a channel that never changes. */
export interface Parties {
  viewer: string;
  provider: string;
  token: string;
}

/** Contents and channels by id: known, since no event names them before they are published or opened. */
export interface Lookup {
  listing(contract: string, contentId: string): Listing;
  channel(contract: string, channelId: string): Parties;
  /** Whether the host knows the coin: in an unknown one, who has paid may be made up. */
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

// What is asked of the records and what they answer; the questions themselves stand in store.ts.

import type { Unit } from '../lib/unit.ts';

export interface Page<T> {
  rows: T[];
  /** Opaque; pass it back for the next page. `null` at the end. */
  nextCursor: string | null;
}

/** Terms of a listing at one point in time. Amounts in the coin's base units. */
export interface Terms {
  pricePerUnit: bigint;
  providerShareBps: number;
  unit: Unit;
}

export interface ContentRow extends Terms {
  contract: string;
  contentId: string;
  cid: string;
  cidKey: string;
  creator: string;
  /** Zero address for the native coin. */
  token: string;
  videoName: string;
  metadata: string;
  publishedAtSec: number;
  publishedBlock: number;
  txHash: string;
  /** Before what is scheduled: these are the terms it had, and it takes no direct payments. */
  retired: boolean;
  /** A change announced on chain: terms, or retirement (`terms` is null). In force from `effectiveAtSec`. */
  scheduled: { effectiveAtSec: number; terms: Terms | null } | null;
}

/** A listing in the catalogue, with what others have made of it. */
export interface ListedRow extends ContentRow {
  /** Rows that the history of the listing has. */
  views: number;
  /** Active ones of this listing. */
  streams: number;
  /** How many listings of its CID there are, itself among them. */
  listings: number;
  /** Of these the one that was published before the others. */
  first: Pick<ContentRow, 'contract' | 'contentId' | 'creator'>;
}

/**
 * `new`: latest publication first. `views`: the most watched first. `price`: coin by coin, in the order of their addresses, and in each
 * the cheapest unit first, by the terms in force.
 */
export type ContentSort = 'new' | 'views' | 'price';

export interface ContentQuery {
  /** Case-insensitive part of the name, or a CID. */
  search?: string | undefined;
  /**
   * Words of the name in any order, each with one letter wrong where no name has them all as they are; or a CID; or the address of a
   * creator.
   */
  q?: string | undefined;
  /** `new` when left out. */
  sort?: ContentSort | undefined;
  /** Those that somebody serves. */
  isServed?: true | undefined;
  /** Those whose price in force is 0. */
  isFree?: true | undefined;
  /** In force. */
  unit?: Unit | undefined;
  /** Canonical. */
  cidKey?: string | undefined;
  /** Without those that are retired at `nowSec`. */
  isOnSale?: true;
  /** Without those that the operator has taken off this host. */
  isShown?: true;
  creator?: string | undefined;
  token?: string | undefined;
  /** Inclusive, per unit, of the terms in force at `nowSec`. */
  minPrice?: bigint | undefined;
  maxPrice?: bigint | undefined;
  nowSec: number;
  limit: number;
  cursor?: string | undefined;
}

/** Which listings of a content: of each creator and coin one. Addresses in any case. */
export interface OfferQuery {
  cidKey: string;
  /** Of several spellings of the CID, in which one creator has listed it in one coin, this one wins, then the latest. */
  cid: string;
  creator?: string | undefined;
  token?: string | undefined;
  contract?: string | undefined;
  limit: number;
}

/** Active streams that fit, all that is named; addresses in any case. */
export interface StreamQuery {
  cidKey?: string;
  provider?: string;
  contract?: string;
  contentId?: string;
  /** All when left out. */
  limit?: number;
  /** The last of the page before, whether it is still there or not. */
  after?: StreamPlace | undefined;
}

export interface ApartQuery {
  provider: string;
  base: string;
  fits(url: string, cidKey: string): boolean;
  /** All when left out. */
  limit?: number;
}

/** A provider's delegate, lower case, and since when; the zero address: nobody from then on. */
export interface Delegation {
  delegate: string;
  sinceSec: number;
}

/** What streams are sorted by. */
export type StreamPlace = Pick<StreamRow, 'registeredAtSec' | 'contract' | 'contentId' | 'provider'>;

export interface StreamRow {
  contract: string;
  contentId: string;
  cid: string;
  cidKey: string;
  provider: string;
  creator: string;
  url: string;
  active: boolean;
  registeredAtSec: number;
  txHash: string;
}

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

export interface ContentQuery {
  /** Case-insensitive part of the name, or a CID. */
  search?: string | undefined;
  /** Canonical. */
  cidKey?: string | undefined;
  /** Without those that are retired at `nowSec`. */
  isOnSale?: true;
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

export type ViewSource = 'direct' | 'voucher' | 'sponsored' | 'reported';

export interface ViewRow {
  id: string;
  contract: string;
  contentId: string;
  cid: string;
  viewer: string;
  provider: string;
  creator: string;
  token: string;
  /** Unit price, base units. */
  price: bigint;
  units: number;
  /** What was paid; for an unpaid report units × price. */
  amount: bigint;
  creatorAmount: bigint | null;
  providerAmount: bigint | null;
  /** Whose money it was; `null` where nobody has paid, or only a coin that nobody knows says who. */
  payer: string | null;
  /** Somebody else named the viewer, who has neither paid nor signed for it. */
  attributed: boolean;
  timestampSec: number;
  source: ViewSource;
  settled: boolean;
  /** How many of the units a report covers (on-chain rows). */
  reportedUnits: number;
  txHash: string | null;
  blockNumber: number | null;
}

export interface ViewQuery {
  by: 'cid' | 'provider' | 'viewer' | 'creator';
  /** Canonical CID, or lower-case address. */
  key: string;
  /** Of one listing only; with `by: 'cid'`. */
  listing?: { contentId: string; contract?: string };
  /** Paid on chain, or not; either when left out. */
  settled?: boolean;
  /** With `by: 'viewer'`: also what others say the wallet has viewed. */
  attributed?: boolean;
  /** Inclusive. */
  fromSec?: number;
  /** Exclusive. */
  toSec?: number;
  limit: number;
  cursor?: string;
}

/** Addresses in any case. */
export interface PaidQuery {
  contract: string;
  contentId: string;
  provider: string;
  /** Who has paid. */
  payer: string;
}

export interface PaidUnits {
  /** Of the block of the payment. */
  timestampSec: number;
  units: number;
  /** In force then, whatever was announced since. */
  unit: Unit;
}

/** Counts the rows of both lists: coins come first, then days, newest first. */
export interface EarningsPage {
  limit: number;
  cursor?: string | undefined;
}

export interface Earnings {
  byToken: { contract: string; token: string; credited: bigint; withdrawn: bigint }[];
  byDay: {
    day: string;
    contract: string;
    token: string;
    role: 'creator' | 'provider' | 'sponsor';
    amount: bigint;
  }[];
  /** `null` at the end. */
  nextCursor: string | null;
}

export interface ChannelRow {
  contract: string;
  channelId: string;
  viewer: string;
  provider: string;
  token: string;
  /** The key that signs its vouchers. */
  authorizer: string;
  salt: string;
  /** What claims can still take. */
  deposit: bigint;
  /** What claims have taken, ever. */
  claimed: bigint;
  /** Vouchers of this epoch count. */
  epoch: number;
  /** The least number that the next voucher can have. */
  nextSeq: number;
  /** From when the viewer can take the deposit back; `null` if it has not asked. */
  withdrawableAtSec: number | null;
  openedAtSec: number;
  txHash: string;
}

export type ChannelEventKind =
  | 'opened'
  | 'deposited'
  | 'claimed'
  | 'rejected'
  | 'withdraw_initiated'
  | 'withdraw_cancelled'
  | 'withdraw_finalized'
  | 'released';

export interface ChannelEventRow {
  kind: ChannelEventKind;
  /** Of a deposit. */
  payer: string | null;
  /** Deposited, claimed or given back. */
  amount: bigint | null;
  /** Number of the voucher that was claimed or rejected. */
  seq: number | null;
  /** The contract's `RejectReason`. */
  reason: number | null;
  timestampSec: number;
  txHash: string;
  blockNumber: number;
  logIndex: number;
}

export interface ChannelQuery {
  wallet: string;
  /** As whom; either when left out. */
  role?: 'viewer' | 'provider';
  limit: number;
  cursor?: string;
}

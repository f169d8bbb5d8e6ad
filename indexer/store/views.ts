// Views and what they have brought in.

import type { Unit } from '../lib/unit.ts';

export type ViewSource = 'direct' | 'voucher' | 'sponsored' | 'reported';

export interface ViewRow {
  /** Of the row in this database. What stands under a key changes in `reportedUnits` and `settled` only. */
  key: number;
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
  listing?: { contentId: string; contract?: string } | undefined;
  /** Paid on chain, or not; either when left out. */
  settled?: boolean | undefined;
  /** With `by: 'viewer'`: also what others say the wallet has viewed. */
  attributed?: boolean | undefined;
  /** Inclusive. */
  fromSec?: number | undefined;
  /** Exclusive. */
  toSec?: number | undefined;
  limit: number;
  cursor?: string | undefined;
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
  byToken: {
    contract: string;
    token: string;
    credited: bigint;
    /** Of it, what views have not brought in: deposits that came back, and what a sponsor overpaid. */
    returned: bigint;
    withdrawn: bigint;
  }[];
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

export interface EarnedQuery {
  /** Any case. */
  wallet: string;
  part: 'content' | 'provider';
  limit: number;
  cursor?: string | undefined;
}

/** What one video, or one provider of a creator's videos, has brought in. */
export interface EarnedPart {
  contract: string;
  token: string;
  /** The content's id, or the provider's wallet. */
  key: string;
  role: 'creator' | 'provider';
  amount: bigint;
  /** Paid ones: views, minutes or days. */
  units: bigint;
  /** How many payments they came in. */
  views: bigint;
  /** Of the content, where it is one. */
  cid: string | null;
  videoName: string | null;
  unit: Unit | null;
}

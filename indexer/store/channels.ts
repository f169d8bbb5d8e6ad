// Payment channels and what happened to them.

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
  role?: 'viewer' | 'provider' | undefined;
  /** With this provider only. */
  provider?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** What a claim has made of a voucher. */
export interface ClaimOutcome {
  kind: 'claimed' | 'rejected';
  contract: string;
  channelId: string;
  /** Of the channel at that moment. */
  epoch: number;
  seq: number;
  /** What was paid; `null` for a rejected one. */
  amount: bigint | null;
  /** The contract's `RejectReason`; `null` for a claimed one. */
  reason: number | null;
  txHash: string;
  timestampSec: number;
  blockNumber: number;
  logIndex: number;
}

/** A place in the chain's order of events. */
export type LogPlace = Pick<ClaimOutcome, 'blockNumber' | 'logIndex'>;

/** In lower case. */
export interface RejectedQuery {
  contract: string;
  channelId: string;
  provider: string;
  seq: number;
}

export interface ClaimedUnits {
  contentId: string;
  units: number;
  /** Of one unit, base units. */
  price: bigint;
}

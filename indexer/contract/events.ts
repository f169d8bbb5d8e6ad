/** What the contract tells, decoded. Addresses, ids and hashes are lower-case hex, amounts base units. */

import type { Unit } from '../lib/unit.ts';

export interface TermsFields {
  pricePerUnit: bigint;
  providerShareBps: number;
  unit: Unit;
}

export interface ContentPublished extends TermsFields {
  name: 'ContentPublished';
  contentId: string;
  creator: string;
  token: string;
  /** The terms are in force from then on: from this block, or after the notice where it was retired before. */
  effectiveAtSec: number;
  cid: string;
  videoName: string;
  metadata: string;
}

export interface TermsScheduled extends TermsFields {
  name: 'TermsScheduled';
  contentId: string;
  effectiveAtSec: number;
  /** In force until then. */
  before: TermsFields;
}

export interface TermsCancelled {
  name: 'TermsCancelled';
  contentId: string;
}

/** The terms are those in force, and stay. */
export interface ContentRetired extends TermsFields {
  name: 'ContentRetired';
  contentId: string;
  effectiveAtSec: number;
}

export interface StreamRegistered {
  name: 'StreamRegistered';
  contentId: string;
  provider: string;
  url: string;
}

export interface StreamUpdated {
  name: 'StreamUpdated';
  contentId: string;
  provider: string;
  url: string;
}

export interface StreamDeregistered {
  name: 'StreamDeregistered';
  contentId: string;
  provider: string;
}

export interface ViewPaid {
  name: 'ViewPaid';
  contentId: string;
  viewer: string;
  provider: string;
  units: number;
  creatorAmount: bigint;
  providerAmount: bigint;
}

export interface SponsoredView {
  viewer: string;
  provider: string;
  units: number;
  viewTimeSec: number;
  counter: number;
  ref: string;
  creatorAmount: bigint;
  providerAmount: bigint;
}

export interface ViewsSponsored {
  name: 'ViewsSponsored';
  sponsor: string;
  contentId: string;
  unitPrice: bigint;
  lane: bigint;
  views: SponsoredView[];
}

export interface ViewSkipped {
  name: 'ViewSkipped';
  sponsor: string;
  contentId: string;
  ref: string;
  nonce: bigint;
  reason: number;
}

export interface SurplusCredited {
  name: 'SurplusCredited';
  sponsor: string;
  token: string;
  amount: bigint;
}

export interface Withdrawn {
  name: 'Withdrawn';
  account: string;
  token: string;
  to: string;
  amount: bigint;
}

export interface NonceInvalidated {
  name: 'NonceInvalidated';
  account: string;
  /** The nonces `word << 8 | n` for each bit n of `mask`. */
  word: bigint;
  mask: bigint;
}

export interface ChannelOpened {
  name: 'ChannelOpened';
  channelId: string;
  viewer: string;
  provider: string;
  token: string;
  authorizer: string;
  salt: string;
}

export interface Deposited {
  name: 'Deposited';
  channelId: string;
  payer: string;
  amount: bigint;
}

export interface WithdrawInitiated {
  name: 'WithdrawInitiated';
  channelId: string;
  withdrawableAtSec: number;
}

export interface WithdrawCancelled {
  name: 'WithdrawCancelled';
  channelId: string;
}

/** The deposit is the viewer's credit now; bills count from `epoch` on. */
export interface DepositReturned {
  name: 'WithdrawFinalized' | 'ChannelReleased';
  channelId: string;
  amount: bigint;
  epoch: number;
}

/** The vouchers after it, up to the next one of the contract, are claimed by this provider in this coin. */
export interface ClaimBatch {
  name: 'ClaimBatch';
  provider: string;
  token: string;
  contents: { contentId: string; unitPrice: bigint; providerShareBps: number }[];
}

export interface ClaimedItem {
  /** Into the contents of the batch. */
  index: number;
  units: number;
}

export interface VoucherClaimed {
  name: 'VoucherClaimed';
  channelId: string;
  seq: number;
  items: ClaimedItem[];
}

/** The contract's `RejectReason`. The channel may be another provider's, or nobody's. */
export interface VoucherRejected {
  name: 'VoucherRejected';
  channelId: string;
  seq: number;
  reason: number;
}

export interface ClaimDelegateSet {
  name: 'ClaimDelegateSet';
  provider: string;
  delegate: string;
}

export type ChainEvent =
  | ContentPublished
  | TermsScheduled
  | TermsCancelled
  | ContentRetired
  | StreamRegistered
  | StreamUpdated
  | StreamDeregistered
  | ViewPaid
  | ViewsSponsored
  | ViewSkipped
  | SurplusCredited
  | Withdrawn
  | NonceInvalidated
  | ChannelOpened
  | Deposited
  | WithdrawInitiated
  | WithdrawCancelled
  | DepositReturned
  | ClaimBatch
  | VoucherClaimed
  | VoucherRejected
  | ClaimDelegateSet;

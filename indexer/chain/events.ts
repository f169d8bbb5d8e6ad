/** What the contract tells, decoded. Addresses, ids and hashes are lower-case hex, amounts base units. */

export interface TermsFields {
  pricePerUnit: bigint;
  providerShareBps: number;
  metered: boolean;
}

export interface ContentPublished extends TermsFields {
  name: 'ContentPublished';
  contentId: string;
  creator: string;
  token: string;
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
  nonce: bigint;
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
  | NonceInvalidated;

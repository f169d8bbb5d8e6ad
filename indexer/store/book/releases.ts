// Deposits that this host gives back at once, on the word of a channel's key: what is sold meanwhile would be lost.

import type { StoredVoucher } from './vouchers.ts';

/** A channel, at one deployment. Hex in lower case. */
export interface ReleaseKey {
  contract: string;
  channelId: string;
}

/**
 * `asked`: what was sold is claimed first. `sent`: a transaction that gives the deposit back may be on its way. `mined`: it is in a
 * block. `over`: nothing undoes it any more.
 */
export type ReleaseState = 'asked' | 'sent' | 'mined' | 'over';

export interface NewRelease extends ReleaseKey {
  epoch: number;
  askedAtSec: number;
  /** Calldata that gives the deposit back, and the most gas that it may take. */
  data: string;
  gas: bigint;
}

export interface Release extends NewRelease {
  state: ReleaseState;
  /** Under which nonce of which key it was to be sent, the last time. */
  account: string | null;
  nonce: number | null;
  /** `null`: nobody has noted that it was. */
  txHash: string | null;
}

/** One of a channel, with whether nothing on the chain can change it any more. */
export interface ReleasedVoucher extends StoredVoucher {
  isFinal: boolean;
  /** Which of this host's keys has sent `claimTx`, lower case; `null`: none. */
  claimedBy: string | null;
}

/** What becomes of a release; what is left out stays. */
export type ReleaseMove = Partial<Pick<Release, 'epoch' | 'state' | 'account' | 'nonce' | 'txHash'>>;

/**
 * While one stands, `sell` keeps no voucher of the channel up to its epoch, nor of any epoch while it may be on its way: another one
 * may begin before it is mined.
 */
export interface Releases {
  /** @returns false where one stands already, but for one that is over, of an earlier epoch. */
  beginRelease(release: NewRelease): Promise<boolean>;
  releaseOf(key: ReleaseKey): Promise<Release | null>;
  /** Those that are not over. */
  openReleases(): Promise<Release[]>;
  /** Vouchers of the channel from the epoch on, as `markReleaseSent` shows them. */
  vouchersToRelease(key: ReleaseKey & { epoch: number }): Promise<ReleasedVoucher[]>;
  /**
   * One transaction: shows the vouchers of the channel from the epoch on, and where `judge` agrees it counts as sent.
   * @returns false where it did not, or the release is not as given (any more).
   */
  markReleaseSent(
    release: Release,
    by: { account: string; nonce: number },
    judge: (vouchers: readonly ReleasedVoucher[]) => boolean,
  ): Promise<boolean>;
  /** @param to `null`: it goes, and the channel buys again. @returns false where it is not as given (any more). */
  moveRelease(release: Release, to: ReleaseMove | null): Promise<boolean>;
  /** Until then another host may have sold for the same deposits. Unix seconds; an earlier time changes nothing. */
  noteSoldElsewhere(untilSec: number): Promise<void>;
  /**
   * Since when the book knows all that was sold: when it was begun, put back from a copy, or another host sold last. Unix seconds.
   */
  knowsSinceSec(): Promise<number>;
}

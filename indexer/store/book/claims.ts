// What becomes of vouchers, as the chain says it, and what their provider sees of them.

import type { Page } from '../model.ts';
import type { StoredVoucher, Voucher, VoucherKey, VoucherState } from './vouchers.ts';

/** What becomes of a voucher. */
export interface VoucherFate {
  key: VoucherKey;
  /** What it was found in: a voucher that moved meanwhile is left alone. */
  from: VoucherState;
  to: VoucherState;
  claimTx: string | null;
  reason: string | null;
  /** Nothing on the chain can change it any more. */
  isFinal: boolean;
  /** Of the form that was judged: one that has grown meanwhile is left alone. Undefined: of whatever form. */
  digest?: string | undefined;
}

/** A voucher that the chain has paid and the book does not know, or not in the form in which it was paid. */
export type RebuiltVoucher = Omit<Voucher, 'signature' | 'digest'> & {
  claimTx: string;
  claimedAtSec: number;
  isFinal: boolean;
};

export interface VouchersQuery {
  /** Any case. */
  provider: string;
  state?: VoucherState | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface VoucherSum {
  contract: string;
  token: string;
  state: VoucherState;
  vouchers: number;
  /** When the first of them was opened. */
  oldestAtSec: number;
  /** Base units. */
  total: bigint;
  /** The same by content id. */
  byContent: ReadonlyMap<string, bigint>;
}

export interface Claims {
  /** Of a provider, in any case, vouchers that the chain may still decide on: by channel, in rising order. */
  undecidedVouchers(
    provider: string,
    page: { limit: number; after?: VoucherKey | undefined },
  ): Promise<StoredVoucher[]>;
  /** One transaction. What is sealed again and was paid in a form that nobody has shown here is again as it was signed for. */
  decideVouchers(fates: readonly VoucherFate[], nowSec: number): Promise<void>;
  /**
   * Takes vouchers of the chain over that the book has not, or has as they were when they promised less: the signature of what was
   * paid is not known then. Others that it has stay as they are, but what was rejected or void is claimed, and undecided again.
   * One transaction.
   */
  rebuildVouchers(rebuilt: readonly RebuiltVoucher[]): Promise<void>;
  /** Latest opened first. @throws {BadCursor} */
  vouchersOf(query: VouchersQuery): Promise<Page<StoredVoucher>>;
  /** What is not paid yet, or never will be: without `claimed` and `void`. */
  unclaimed(provider: string): Promise<VoucherSum[]>;
}

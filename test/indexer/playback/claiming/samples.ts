import type { StoredVoucher } from '../../../../indexer/store/book/vouchers.ts';
import { voucher as signed } from '../../store/vouchers.suite.ts';

export const NOON = 1_800_000_000;

/** A voucher as the book holds it. */
export function stored(change: Partial<StoredVoucher> = {}): StoredVoucher {
  return {
    ...signed(),
    ...{
      state: 'open',
      openedAtSec: NOON,
      updatedAtSec: NOON,
      claimTx: null,
      reason: null,
      isPublic: false,
      hasLesser: false,
    },
    ...change,
  };
}

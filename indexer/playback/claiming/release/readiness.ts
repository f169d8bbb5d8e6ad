import type { ReleasedVoucher } from '../../../store/book/releases.ts';

/**
 * `unknown`: the book has not signed for all that was sold of the channel, so it can't say what giving the deposit back would cost.
 * `wait`: something is still to be claimed, or a claim can be undone by what does not undo the release.
 */
export type Readiness = 'ready' | 'wait' | 'unknown';

export interface ReadinessFacts {
  /** The one that giving the deposit back ends. */
  epoch: number;
  /** Whose key gives the deposit back, lower case: what it has claimed before comes before that in every block. */
  account: string;
  /** Whether it is left, for its claim would cost more than it brings. */
  isLeft(voucher: ReleasedVoucher): boolean;
}

/** Whether the deposit can be given back. It can't be taken back once it is sent, so what is in doubt waits. */
export function readinessOf(
  vouchers: readonly ReleasedVoucher[],
  { epoch, account, isLeft }: ReadinessFacts,
): Readiness {
  const isKnown = ({ signature, epoch: own }: ReleasedVoucher) => own === epoch && signature !== '';
  if (!vouchers.every(isKnown)) return 'unknown';
  return vouchers.every((voucher) => isSettled(voucher)) ? 'ready' : 'wait';

  function isSettled(voucher: ReleasedVoucher): boolean {
    const { state, isFinal, claimedBy } = voucher;
    if (state === 'open' || state === 'sealed') return isLeft(voucher);
    return isFinal || (state === 'claimed' && claimedBy === account);
  }
}

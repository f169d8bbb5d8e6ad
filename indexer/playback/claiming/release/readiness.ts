import type { ReleasedVoucher } from '../../../store/book/releases.ts';
import { isUnsent } from '../undecided.ts';

/**
 * `unknown`: the book has not signed for all that was sold of the channel, so it can't say what giving the deposit back would cost.
 * `loss`: more than one voucher that is dust would be left.
 * `wait`: something is still to be claimed, or a claim can be undone by what does not undo the release.
 */
export type Readiness = 'ready' | 'wait' | 'unknown' | 'loss';

export interface ReadinessFacts {
  /** The one that giving the deposit back ends. */
  epoch: number;
  /** Whose key gives the deposit back, lower case: what it has claimed before comes before that in every block. */
  account: string;
  /** Of the channel: a claim of a number that is not below it is in no block, and its nonce may be given to the release. */
  nextSeq: number;
  /** Whether its claim would cost more than it brings. */
  isBelowGas(voucher: ReleasedVoucher): boolean;
  /** Whether it would also beside other claims, so that it can be left. */
  isDust(voucher: ReleasedVoucher): boolean;
  /** Whether dust has had its time. */
  mayLeave: boolean;
}

/** Whether the deposit can be given back. It can't be taken back once it is sent, so what is in doubt waits. */
export function readinessOf(vouchers: readonly ReleasedVoucher[], facts: ReadinessFacts): Readiness {
  const isKnown = ({ signature, epoch }: ReleasedVoucher) => epoch === facts.epoch && signature !== '';
  if (!vouchers.every(isKnown)) return 'unknown';
  const undecided = vouchers.filter((voucher) => !isSettled(voucher, facts));
  const [first, ...others] = undecided;
  if (!first) return 'ready';
  if (!undecided.some(facts.isBelowGas)) return 'wait';
  // Else a viewer could split what it buys into such ones, and have all of it back.
  if (others.length > 0 || !facts.isDust(first)) return 'loss';
  return facts.mayLeave ? 'ready' : 'wait';
}

function isSettled(
  voucher: ReleasedVoucher,
  { account, nextSeq }: Pick<ReadinessFacts, 'account' | 'nextSeq'>,
): boolean {
  const { state, seq, isFinal, claimedBy } = voucher;
  if (isUnsent(voucher)) return false;
  if (state !== 'claimed') return isFinal;
  return seq < nextSeq && (isFinal || claimedBy === account);
}

import { REJECT_REASONS } from '../../contract/reject-reasons.ts';
import type { VoucherFate } from '../../store/book/claims.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { ChannelRow, ClaimOutcome } from '../../store/store.ts';

/** What the records say of a voucher, and of its channel. */
export interface VoucherFacts {
  /** `null`: the deposit is undone. */
  channel: Pick<ChannelRow, 'epoch' | 'nextSeq'> | null;
  /** The first claim of its number or a later one: its own, or what has made it void. */
  claim: ClaimOutcome | null;
  /** The last time that a claim has rejected it. */
  rejected: ClaimOutcome | null;
  /** Block in which its epoch was over. */
  endedIn: number | null;
  /** What is sent, not mined, and holds it. */
  inFlightTx: string | null;
  /** Up to this block nothing changes any more. */
  finalBlock: number;
}

type Outcome = Omit<VoucherFate, 'key' | 'from'>;

/** The words of this module, beside the contract's own, for why a voucher is paid otherwise than signed or not at all. */
export const REASONS = {
  older: 'older_claimed',
  overtaken: 'later_claimed',
  ended: 'epoch_over',
  undone: 'claim_undone',
} as const;

/**
 * What becomes of a voucher by what the chain says; `null` where it stays as it is. What was claimed counts as claimed,
 * whoever did it; what a reorganisation has undone is claimed again.
 */
export function fateOf(voucher: StoredVoucher, facts: VoucherFacts): VoucherFate | null {
  const { contract, channelId, epoch, seq, state } = voucher;
  const { to, claimTx, reason, isFinal } = outcomeOf(voucher, facts);
  if (to === state && claimTx === voucher.claimTx && reason === voucher.reason && !isFinal) return null;
  return { key: { contract, channelId, epoch, seq }, from: state, to, claimTx, reason, isFinal };
}

function outcomeOf(voucher: StoredVoucher, facts: VoucherFacts): Outcome {
  const { channel, claim, rejected, finalBlock, inFlightTx, endedIn } = facts;
  const isFinal = (block: number | null) => block !== null && block <= finalBlock;
  if (claim?.seq === voucher.seq && claim.epoch === voucher.epoch) {
    const reason = claim.amount === voucher.total ? null : REASONS.older;
    return { to: 'claimed', claimTx: claim.txHash, reason, isFinal: isFinal(claim.blockNumber) };
  }
  if (channel && channel.epoch > voucher.epoch) {
    return { to: 'void', claimTx: null, reason: REASONS.ended, isFinal: isFinal(endedIn) };
  }
  if (claim) {
    const { blockNumber } = claim;
    return { to: 'void', claimTx: null, reason: REASONS.overtaken, isFinal: isFinal(blockNumber) };
  }
  const isSent = voucher.state === 'claiming' || voucher.state === 'rejected';
  const isOtherTx = inFlightTx !== null && inFlightTx !== rejected?.txHash;
  if (isSent && rejected && !isOtherTx && isOf(voucher, rejected)) {
    const { txHash: claimTx, blockNumber } = rejected;
    const reason = REJECT_REASONS[rejected.reason ?? 0] ?? null;
    return { to: 'rejected', claimTx, reason, isFinal: isFinal(blockNumber) };
  }
  if (inFlightTx !== null) return { to: 'claiming', claimTx: inFlightTx, reason: null, isFinal: false };
  if (voucher.state === 'open') return { to: 'open', claimTx: null, reason: null, isFinal: false };
  // The chain has paid it before it was undone; who signed it has never shown it here. Paid anew, it is taken over anew.
  if (voucher.signature === '' && !voucher.hasLesser)
    return { to: 'void', claimTx: null, reason: REASONS.undone, isFinal: true };
  return { to: 'sealed', claimTx: null, reason: null, isFinal: false };
}

/** Whether it is the voucher's own rejection: a number that was not paid is given again in the next epoch. */
function isOf(voucher: StoredVoucher, { epoch, reason }: ClaimOutcome): boolean {
  // One of an earlier epoch is refused for its epoch, in this one.
  return epoch === voucher.epoch && REJECT_REASONS[reason ?? 0] !== 'epoch_invalid';
}

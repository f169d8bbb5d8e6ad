import type { ChannelEventRow, ChannelRow } from '../../store/channels.ts';

/** What a channel is good for: each fact as the head of the chain has it or a confirmed block, whichever is the more cautious. */
export interface ChannelFunds {
  nextSeq: number;
  /** At the head, base units: what claims can take. */
  deposit: bigint;
  /** So much of it no reorganisation takes back. */
  confirmed: bigint;
  /** The viewer has asked for its deposit back. */
  isWithdrawing: boolean;
}

/** Whoever sends so many events to a channel within minutes has to wait. */
export const MAX_RECENT_EVENTS = 100;

/**
 * @param events of the channel, newest first: all above `confirmedBlock`, or {@link MAX_RECENT_EVENTS} of these
 */
export function fundsOf(
  { nextSeq, deposit, withdrawableAtSec }: Pick<ChannelRow, 'nextSeq' | 'deposit' | 'withdrawableAtSec'>,
  events: readonly ChannelEventRow[],
  confirmedBlock: number,
): ChannelFunds {
  const recent = events.filter(({ blockNumber }) => blockNumber > confirmedBlock);
  const has = (...kinds: string[]) => recent.some(({ kind }) => kinds.includes(kind));
  // What a claim took counts as taken in both: vouchers that it paid are not counted as promised either.
  const added = recent.reduce(
    (sum, { kind, amount }) => sum + (kind === 'deposited' ? (amount ?? 0n) : 0n),
    0n,
  );
  const isAllNew =
    recent.length >= MAX_RECENT_EVENTS || has('opened', 'released', 'withdraw_finalized') || added > deposit;
  return {
    nextSeq,
    deposit,
    confirmed: isAllNew ? 0n : deposit - added,
    isWithdrawing: withdrawableAtSec !== null || has('withdraw_cancelled'),
  };
}

/** A tenth of a deposit is what a seller risks at most. */
const RISKED_PART = 10n;

/**
 * What keeps a channel from covering what its vouchers promise together; `null`: nothing.
 * @param risked so much may be promised of a deposit that is not final
 */
export function shortfall(
  { deposit, confirmed }: ChannelFunds,
  promised: bigint,
  risked: bigint,
): 'deposit_too_low' | 'deposit_unconfirmed' | null {
  if (promised > deposit) return 'deposit_too_low';
  const most = risked < deposit / RISKED_PART ? risked : deposit / RISKED_PART;
  return promised - confirmed > most ? 'deposit_unconfirmed' : null;
}

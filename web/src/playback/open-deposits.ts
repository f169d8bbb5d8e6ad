import type { ChannelAnswer } from '../api/answers.ts';

type Deposit = Pick<ChannelAnswer, 'deposit_base_units' | 'withdrawable_at'>;

/** Those that hold something: what was taken back, or used up, is over. */
export function openOnes<One extends Deposit>(all: readonly One[]): One[] {
  return all.filter(({ deposit_base_units }) => BigInt(deposit_base_units) > 0n);
}

/** Those that their viewers have asked back, the next deadline first. */
export function leavingOnes<One extends Deposit>(all: readonly One[]): (One & { withdrawable_at: string })[] {
  return all
    .filter((each): each is One & { withdrawable_at: string } => each.withdrawable_at !== null)
    .sort((one, other) => (one.withdrawable_at < other.withdrawable_at ? -1 : 1));
}

/** Whether what was asked back can be taken. */
export function isTakeable(withdrawableAt: string, nowMs: number): boolean {
  return Date.parse(withdrawableAt) <= nowMs;
}

import { ZeroAddress } from 'ethers';
import { sum } from '../../lib/money.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { BatchLimits } from '../../txmgr/batch-limits.ts';
import { ClaimSize, gasAdded, gasAlone, gasOfEach } from './claim-size.ts';
import type { Deadline } from './deadline.ts';

/** When the operator wants vouchers to be claimed. */
export interface ClaimPolicy {
  /** In the native coin: once a voucher comes to so many times what its claim costs. */
  gasFactor: bigint;
  /** In a token, whose worth nobody tells the host: once a voucher comes to so many base units; `null`: not for that. */
  leastOf(token: string): bigint | null;
  /** Whatever it comes to, once it is so old. */
  afterSec: number;
}

/** Of a channel the one voucher that can be claimed next. */
export interface Candidate {
  voucher: StoredVoucher;
  deadline: Deadline | null;
}

/** Why a voucher is claimed now. */
export type Due = Deadline['why'] | 'pays' | 'old' | 'asked';
/** Why not. */
export type Wait = 'not yet' | 'below the gas';

export interface DueVoucher extends Candidate {
  why: Due;
}

/** What one transaction claims. */
export interface ClaimBatch {
  contract: string;
  provider: string;
  token: string;
  vouchers: DueVoucher[];
  /** Base units. */
  amount: bigint;
  /** Upper estimate. */
  gas: bigint;
}

export interface ClaimPlan {
  batches: ClaimBatch[];
  waiting: { voucher: StoredVoucher; why: Wait }[];
}

export interface PlanFacts {
  nowSec: number;
  /** Wei. */
  gasPrice: bigint;
  limits: BatchLimits;
  policy: ClaimPolicy;
  /** Somebody wants all of them to be claimed now, whatever that costs. */
  all: boolean;
}

/** Somebody who is watching signs again in a minute: a claim in the midst of it costs as much as one behind it. */
const QUIET_SEC = 600;

/** Which vouchers are claimed now, in as few transactions as the limits allow, those that wait least first. */
export function planClaims(candidates: readonly Candidate[], facts: PlanFacts): ClaimPlan {
  const waiting: ClaimPlan['waiting'] = [];
  const due: DueVoucher[] = [];
  for (const candidate of candidates) {
    const why = dueOf(candidate, facts);
    if (why === 'not yet' || why === 'below the gas') waiting.push({ voucher: candidate.voucher, why });
    else due.push({ ...candidate, why });
  }
  const calls = Map.groupBy(
    due.toSorted(byDeadline),
    ({ voucher }) => `${voucher.contract} ${voucher.token}`,
  );
  const plan: ClaimPlan = { batches: [], waiting };
  for (const vouchers of calls.values()) {
    for (const batch of batchesOf(vouchers, facts.limits)) addWorth(batch, facts, plan);
  }
  return plan;
}

function dueOf({ voucher, deadline }: Candidate, facts: PlanFacts): Due | Wait {
  const { nowSec, policy, all } = facts;
  if (all) return 'asked';
  const isOld = nowSec - voucher.openedAtSec >= policy.afterSec;
  const isThreatened = deadline !== null && nowSec >= deadline.dueSec;
  if (isThreatened || isOld) {
    if (!isWorth(voucher, 1n, facts)) return 'below the gas';
    return isThreatened ? deadline.why : 'old';
  }
  const isQuiet = voucher.state === 'sealed' || nowSec - voucher.updatedAtSec >= QUIET_SEC;
  return isQuiet && isWorth(voucher, policy.gasFactor, facts) ? 'pays' : 'not yet';
}

/** Whether it comes to `times` the gas; of a token, to the part of what is enough that stands for so many. */
export function isWorth(
  voucher: StoredVoucher,
  times: bigint,
  { gasPrice, policy }: Pick<PlanFacts, 'gasPrice' | 'policy'>,
): boolean {
  const { token, total } = voucher;
  if (token === ZeroAddress) {
    return total >= gasPrice * (times === 1n ? gasAdded(voucher) : times * gasAlone(voucher));
  }
  const least = policy.leastOf(token);
  if (least === null) return times === 1n;
  return total * policy.gasFactor >= least * times;
}

/** The batch, less what costs it more than it brings while all of it does not cover its gas. */
function addWorth(batch: ClaimBatch, facts: PlanFacts, { batches, waiting }: ClaimPlan): void {
  let { vouchers } = batch;
  while (vouchers.length > 0) {
    const rest = batchOf(vouchers);
    if (facts.all || coversGas(rest, facts)) return void batches.push(rest);
    const [left, kept] = withoutLeast(vouchers, facts.gasPrice);
    waiting.push(...left.map(({ voucher }) => ({ voucher, why: 'below the gas' as const })));
    vouchers = kept;
  }
}

/** Of a batch that does not cover its gas: so many go at a time that a large one is not looked at once for each. */
const LEAST_PARTS = 16;

/** Those that lose, and else those that gain least: without them, others of their contents may lose. */
function withoutLeast(vouchers: readonly DueVoucher[], gasPrice: bigint): [DueVoucher[], DueVoucher[]] {
  const added = gasOfEach(vouchers.map(({ voucher }) => voucher));
  const gains = vouchers.map((due, index) => ({
    due,
    gain: due.voucher.total - (added[index] ?? 0n) * gasPrice,
  }));
  const losing = gains.filter(({ gain }) => gain < 0n);
  // Of those that gain the same, those that can wait longest.
  const rising = gains.toReversed().sort((a, b) => (a.gain < b.gain ? -1 : Number(a.gain > b.gain)));
  const left = losing.length > 0 ? losing : rising.slice(0, Math.ceil(rising.length / LEAST_PARTS));
  const isLeft = new Set(left.map(({ due }) => due));
  return [[...isLeft], vouchers.filter((due) => !isLeft.has(due))];
}

/** In a token nobody can say. */
function coversGas({ token, amount, gas }: ClaimBatch, { gasPrice }: PlanFacts): boolean {
  return token !== ZeroAddress || amount >= gas * gasPrice;
}

function batchesOf(vouchers: readonly DueVoucher[], limits: BatchLimits): ClaimBatch[] {
  const batches: ClaimBatch[] = [];
  let size = new ClaimSize();
  let pending: DueVoucher[] = [];
  for (const one of vouchers) {
    if (pending.length > 0 && !size.holds(one.voucher, limits)) {
      batches.push(batchOf(pending));
      size = new ClaimSize();
      pending = [];
    }
    size.add(one.voucher);
    pending.push(one);
  }
  if (pending.length > 0) batches.push(batchOf(pending));
  return batches;
}

/** @param due at least one, all of one coin and contract */
function batchOf(due: DueVoucher[]): ClaimBatch {
  const [first] = due;
  if (!first) throw new RangeError('no vouchers to claim');
  const { contract, provider, token } = first.voucher;
  const size = new ClaimSize();
  for (const { voucher } of due) size.add(voucher);
  const amount = sum(due.map(({ voucher }) => voucher.total));
  return { contract, provider, token, vouchers: due, amount, gas: size.gas };
}

function byDeadline(a: DueVoucher, b: DueVoucher): number {
  const end = ({ deadline }: DueVoucher) => deadline?.atSec ?? Number.POSITIVE_INFINITY;
  return end(a) === end(b) ? a.voucher.openedAtSec - b.voucher.openedAtSec : end(a) - end(b);
}

import { ZeroAddress } from 'ethers';
import { sum } from '../../lib/money.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { BatchLimits } from '../../txmgr/batch-limits.ts';
import { ClaimSize, gasAdded, gasAlone } from './claim-size.ts';
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
  const batches = [...calls.values()].flatMap((vouchers) => batchesOf(vouchers, facts.limits));
  const [worth, loss] = partition(batches, (batch) => facts.all || coversGas(batch, facts));
  const left = loss.flatMap(({ vouchers }) => vouchers);
  waiting.push(...left.map(({ voucher }) => ({ voucher, why: 'below the gas' as const })));
  return { batches: worth, waiting };
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
function isWorth(voucher: StoredVoucher, times: bigint, { gasPrice, policy }: PlanFacts): boolean {
  const { token, total } = voucher;
  if (token === ZeroAddress) {
    return total >= gasPrice * (times === 1n ? gasAdded(voucher) : times * gasAlone(voucher));
  }
  const least = policy.leastOf(token);
  if (least === null) return times === 1n;
  return total * policy.gasFactor >= least * times;
}

/** In a token nobody can say. */
function coversGas({ token, amount, gas }: ClaimBatch, { gasPrice }: PlanFacts): boolean {
  return token !== ZeroAddress || amount >= gas * gasPrice;
}

function batchesOf(vouchers: DueVoucher[], limits: BatchLimits): ClaimBatch[] {
  const batches: ClaimBatch[] = [];
  let size = new ClaimSize();
  let pending: DueVoucher[] = [];
  const close = () => {
    const [first] = pending;
    if (!first) return;
    const { contract, provider, token } = first.voucher;
    const amount = sum(pending.map(({ voucher }) => voucher.total));
    batches.push({ contract, provider, token, vouchers: pending, amount, gas: size.gas });
  };
  for (const one of vouchers) {
    if (pending.length > 0 && !size.holds(one.voucher, limits)) {
      close();
      size = new ClaimSize();
      pending = [];
    }
    size.add(one.voucher);
    pending.push(one);
  }
  close();
  return batches;
}

function byDeadline(a: DueVoucher, b: DueVoucher): number {
  const end = ({ deadline }: DueVoucher) => deadline?.atSec ?? Number.POSITIVE_INFINITY;
  return end(a) === end(b) ? a.voucher.openedAtSec - b.voucher.openedAtSec : end(a) - end(b);
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

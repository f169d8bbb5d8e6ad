import type { UnpaidView } from '../contract/packed-views.ts';
import { laneOf } from '../contract/sponsor-nonce.ts';
import { splitRoundingProviderDown, sum } from '../lib/money.ts';
import type { BatchLimits } from '../txmgr/batch-limits.ts';
import { BatchSize } from './batch-size.ts';

/** What is paid in one coin through one contract. */
export interface CoinTotal {
  contract: string;
  token: string;
  views: number;
  amount: bigint;
}

/** What one wallet is to receive in one coin, over the whole plan. */
export interface PayeeTotal extends CoinTotal {
  account: string;
  role: 'creator' | 'provider';
}

/** What one transaction pays. */
export interface Batch extends Omit<CoinTotal, 'views'> {
  views: UnpaidView[];
  /** Upper estimate. */
  gas: bigint;
}

export interface Plan {
  batches: Batch[];
  payees: PayeeTotal[];
  coins: CoinTotal[];
  views: number;
  /** Upper estimate over all batches. */
  gas: bigint;
}

/** Who gets what for the views that are unpaid, in as few transactions as `limits` allow: one coin and one lane each. */
export function planPayments(unpaid: UnpaidView[], limits: BatchLimits): Plan {
  const calls = Map.groupBy(unpaid, callOf);
  const batches = [...calls.values()].flatMap((views) =>
    batchesOfOneCall(views.toSorted(byContentThenNonce), limits),
  );
  return {
    batches,
    payees: payeeTotals(unpaid),
    coins: [...Map.groupBy(unpaid, coinOf).values()].map(coinTotal),
    views: unpaid.length,
    gas: sum(batches.map((batch) => batch.gas)),
  };
}

function batchesOfOneCall(views: UnpaidView[], limits: BatchLimits): Batch[] {
  const batches: Batch[] = [];
  let size = new BatchSize();
  let pending: UnpaidView[] = [];
  for (const view of views) {
    if (pending.length > 0 && !size.holds(view, limits)) {
      batches.push(toBatch(pending, size));
      size = new BatchSize();
      pending = [];
    }
    size.add(view);
    pending.push(view);
  }
  if (pending.length > 0) batches.push(toBatch(pending, size));
  return batches;
}

function toBatch(views: UnpaidView[], size: BatchSize): Batch {
  const { contract, token, amount } = coinTotal(views);
  return { contract, token, views, amount, gas: size.gas };
}

function coinTotal(views: UnpaidView[]): CoinTotal {
  const { contract, token } = firstOf(views);
  return { contract, token, views: views.length, amount: sum(views.map((view) => view.price)) };
}

/** Largest amount first. */
function payeeTotals(unpaid: UnpaidView[]): PayeeTotal[] {
  const parts = unpaid.flatMap((view) => {
    const { contract, token } = view;
    const { creatorAmount, providerAmount } = splitRoundingProviderDown(view.price, view.providerShareBps);
    const part = { contract, token, views: 1 };
    return [
      { ...part, account: view.creator, role: 'creator' as const, amount: creatorAmount },
      { ...part, account: view.provider, role: 'provider' as const, amount: providerAmount },
    ];
  });
  const payees = Map.groupBy(parts, (part) => [coinOf(part), part.role, part.account].join());
  return [...payees.values()].map(sumParts).sort((a, b) => compare(b.amount, a.amount));
}

function sumParts(parts: PayeeTotal[]): PayeeTotal {
  return { ...firstOf(parts), views: parts.length, amount: sum(parts.map((part) => part.amount)) };
}

function coinOf(of: { contract: string; token: string }): string {
  return `${of.contract} ${of.token}`;
}

/** A call names one lane for all its nonces; those still to be assigned will share one. */
function callOf(view: UnpaidView): string {
  return `${coinOf(view)} ${view.sponsorNonce === null ? 'new' : laneOf(view.sponsorNonce)}`;
}

/**
 * Views of one content together, then by nonce: the contract reads a content once per group, and a word of its
 * bitmap of nonces once per row of neighbours. Nonces are assigned in this order.
 */
function byContentThenNonce(a: UnpaidView, b: UnpaidView): number {
  if (a.contentId !== b.contentId) return a.contentId < b.contentId ? -1 : 1;
  if (a.sponsorNonce !== null && b.sponsorNonce !== null) return compare(a.sponsorNonce, b.sponsorNonce);
  if (a.sponsorNonce !== b.sponsorNonce) return a.sponsorNonce === null ? 1 : -1;
  return a.viewTimeSec - b.viewTimeSec;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

function firstOf<T>(group: T[]): T {
  const [first] = group;
  if (first === undefined) throw new RangeError('an empty group');
  return first;
}

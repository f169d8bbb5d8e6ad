import type { Earnings } from '../../api/answers.ts';
import type { CoinLabel } from '../../components/amount.ts';
import { toBaseUnits, toDecimal } from '../../contract/money.ts';
import type { EarnedByContent, EarnedByProvider } from './earned.ts';

export interface Coin extends CoinLabel {
  token: string;
  token_decimals: number | null;
}

/** What a wallet has of one coin, in all deployments. Amounts in base units. */
export interface CoinSum {
  coin: Coin;
  balance: bigint;
  /** What views have brought in. */
  earned: bigint;
  /** Deposits that came back. */
  returned: bigint;
  withdrawn: bigint;
  /** Those that still hold something first. */
  deployments: Earnings['by_coin'];
}

/** Coin by coin, in the order of the answer. */
export function coinSums(rows: Earnings['by_coin']): CoinSum[] {
  return [...Map.groupBy(rows, ({ token }) => token).values()].flatMap((own) => {
    const [coin] = own;
    if (!coin) return [];
    const base = (text: string) => toBaseUnits(text, coin.token_decimals ?? 0) ?? 0n;
    const total = (of: (row: (typeof own)[number]) => bigint) => own.reduce((sum, row) => sum + of(row), 0n);
    const byBalance = (row: (typeof own)[number]) => (BigInt(row.balance_base_units) > 0n ? 0 : 1);
    const returned = total((row) => base(row.returned ?? '0'));
    return [
      {
        coin,
        returned,
        balance: total((row) => BigInt(row.balance_base_units)),
        earned: total(({ credited }) => base(credited)) - returned,
        withdrawn: total(({ withdrawn }) => base(withdrawn)),
        deployments: own.toSorted((one, other) => byBalance(one) - byBalance(other)),
      },
    ];
  });
}

/** How the balance came about: money that came back was never earned. */
export function creditText({ coin, earned, returned, withdrawn }: Omit<CoinSum, 'deployments' | 'balance'>) {
  const parts = [
    ...(earned > 0n || returned === 0n ? [`${textOf(earned, coin)} earned`] : []),
    ...(returned > 0n ? [`${textOf(returned, coin)} back from deposits`] : []),
    `${textOf(withdrawn, coin)} withdrawn`,
  ];
  return parts.join(', ');
}

export type EarningRole = Earnings['by_day'][number]['role'];

/** A day, and what it has brought in by role. */
export interface Day {
  day: string;
  total: bigint;
  byRole: ReadonlyMap<EarningRole, bigint>;
}

export const DAYS_SHOWN = 30;

/**
 * The last thirty days with all that lie between, oldest first: a day without earnings is a gap that one sees.
 * @param today as `2023-07-31`, in UTC as the host counts
 */
export function lastDays(rows: Earnings['by_day'], token: string, today: string): Day[] {
  const own = rows.filter((row) => row.token === token);
  const byDay = Map.groupBy(own, ({ day }) => day);
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: DAYS_SHOWN }, (_, nth) => {
    const day = new Date(end - (DAYS_SHOWN - 1 - nth) * 86_400_000).toISOString().slice(0, 10);
    const byRole = new Map<EarningRole, bigint>();
    for (const { role, amount, token_decimals } of byDay.get(day) ?? []) {
      byRole.set(role, (byRole.get(role) ?? 0n) + (toBaseUnits(amount, token_decimals ?? 0) ?? 0n));
    }
    return { day, byRole, total: [...byRole.values()].reduce((sum, amount) => sum + amount, 0n) };
  });
}

/** One bar of a plot. */
export interface Bar {
  key: string;
  amount: bigint;
  /** The same by what the wallet is there. */
  byRole: ReadonlyMap<EarningRole, bigint>;
  /** Paid views, minutes and days. */
  payments: bigint;
}

/** By video in one coin, both roles together, the most first. */
export function byVideo(
  rows: readonly EarnedByContent[],
  token: string,
): (Bar & { video: EarnedByContent })[] {
  return bars(rows, token, ({ contract, content_id }) => `${contract} ${content_id}`).map(
    ({ first, ...bar }) => ({ ...bar, video: first }),
  );
}

/** By provider in one coin, the most first. */
export function byProvider(rows: readonly EarnedByProvider[], token: string): Bar[] {
  return bars(rows, token, ({ provider_wallet }) => provider_wallet).map(({ first: _, ...bar }) => bar);
}

type Summed = Pick<EarnedByContent, 'token' | 'role' | 'amount_base_units' | 'payments'>;

function bars<Row extends Summed>(rows: readonly Row[], token: string, keyOf: (row: Row) => string) {
  const groups = Map.groupBy(
    rows.filter((row) => row.token === token),
    keyOf,
  );
  return [...groups]
    .flatMap(([key, [first, ...more]]) => {
      if (!first) return [];
      const all = [first, ...more];
      // A wallet that is both creator and provider has two parts of one payment.
      const roles = Map.groupBy(all, ({ role }) => role);
      const amountOf = (some: readonly Row[]) =>
        some.reduce((sum, row) => sum + BigInt(row.amount_base_units), 0n);
      const byRole = new Map([...roles].map(([role, own]) => [role, amountOf(own)]));
      const counts = [...roles.values()].map((own) =>
        own.reduce((sum, row) => sum + BigInt(row.payments), 0n),
      );
      const payments = counts.reduce((most, count) => (count > most ? count : most), 0n);
      return [{ key, amount: amountOf(all), byRole, payments, first }];
    })
    .sort((one, other) => (one.amount === other.amount ? 0 : one.amount > other.amount ? -1 : 1));
}

/** Several in one. */
export function mergedRoles(bars: readonly Pick<Bar, 'byRole'>[]): Bar['byRole'] {
  const sums = new Map<EarningRole, bigint>();
  for (const { byRole } of bars)
    for (const [role, amount] of byRole) sums.set(role, (sums.get(role) ?? 0n) + amount);
  return sums;
}

/** The end of an axis: 1, 2 or 5 and zeros, not below the most. */
export function axisEnd(most: bigint): bigint {
  let power = 1n;
  while (power * 10n <= most) power *= 10n;
  return [1n, 2n, 5n, 10n].map((step) => step * power).find((end) => end >= most) ?? most;
}

/** From 0 to 1. */
export function partOf(amount: bigint, end: bigint): number {
  return end === 0n ? 0 : Number((amount * 10_000n) / end) / 10_000;
}

export function textOf(amount: bigint, { token_decimals }: Coin): string {
  return toDecimal(amount, token_decimals ?? 0);
}

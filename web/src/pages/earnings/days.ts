import type { Earnings } from '../../api/answers.ts';
import { coinName } from '../../components/amount.ts';
import { toBaseUnits, toDecimal } from '../../contract/money.ts';

/** What was earned on one day in one coin. */
export interface Day {
  day: string;
  amount: string;
  /** Of the best day shown, for the height of a bar. */
  percent: number;
}

export interface CoinDays {
  symbol: string;
  days: Day[];
}

const DAYS_SHOWN = 30;

/** Sums up roles and contracts: the last days on which something was earned, oldest first, coin by coin. */
export function daysByCoin(rows: Earnings['by_day']): CoinDays[] {
  const byCoin = Map.groupBy(rows, ({ token }) => token);
  return [...byCoin.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    return { symbol: coinName(first), days: daysOf(own, first.token_decimals ?? 0) };
  });
}

function daysOf(rows: Earnings['by_day'], decimals: number): Day[] {
  const sums = new Map<string, bigint>();
  for (const { day, amount } of rows) {
    sums.set(day, (sums.get(day) ?? 0n) + (toBaseUnits(amount, decimals) ?? 0n));
  }
  const shown = [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).slice(-DAYS_SHOWN);
  const most = shown.reduce((max, [, sum]) => (sum > max ? sum : max), 1n);
  return shown.map(([day, sum]) => ({
    day,
    amount: toDecimal(sum, decimals),
    percent: Number((sum * 100n) / most),
  }));
}

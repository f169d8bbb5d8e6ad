import type { Unit } from '../../api/answers.ts';

/** A payment for a view that is still good. */
export interface Paid {
  amount: string;
  units: number;
  provider: string;
  txHash: string | null;
  /** ISO 8601. */
  at: string;
}

/** What is paid can be watched for a day, as often as one likes; of what is paid by the day for each. */
const DAY_MS = 24 * 3_600_000;
/** @param units missing in what an older page has stored. */
export function isGood({ at, units = 1 }: Partial<Paid>, unit: Unit, nowMs: number): boolean {
  const goodForMs = unit === 'day' ? units * DAY_MS : DAY_MS;
  return Date.parse(at ?? '') + goodForMs > nowMs;
}

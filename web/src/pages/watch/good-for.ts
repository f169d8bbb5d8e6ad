import type { Unit } from '../../api/answers.ts';

/** A payment for a view, or for days. */
export interface ViewPayment {
  amount: string;
  units: number;
  provider: string;
  txHash: string | null;
  /** ISO 8601. */
  at: string;
  /** By the wallet itself, in a transaction: what gates open for; missing in what an older page has stored. */
  direct?: boolean;
}

/** What is paid to one provider: the last payment, and until when all of them are good together. */
export interface ValidPayment extends ViewPayment {
  untilMs: number;
}

/** What is paid can be watched for a day, as often as one likes; of what is paid by the day for each. */
const DAY_MS = 24 * 3_600_000;

/** By provider, in lower case: a view is one provider's. Days add up; a second view begins its own. */
export function validPayments(
  payments: readonly ViewPayment[],
  unit: Unit,
  nowMs: number,
): ReadonlyMap<string, ValidPayment> {
  const standing = new Map<string, ValidPayment>();
  for (const paid of payments.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))) {
    const provider = paid.provider.toLowerCase();
    const before = standing.get(provider);
    const untilMs = goodUntil(paid, unit, before?.untilMs);
    if (Number.isNaN(untilMs) || untilMs <= nowMs) continue;
    const direct = isDirect(paid) || (before !== undefined && isDirect(before));
    standing.set(provider, { ...paid, direct, untilMs });
  }
  return standing;
}

function goodUntil({ at, units = 1 }: Partial<ViewPayment>, unit: Unit, beforeMs = 0): number {
  const paidMs = Date.parse(at ?? '');
  if (unit !== 'day') return paidMs + DAY_MS;
  return Math.max(paidMs, beforeMs) + units * DAY_MS;
}

function isDirect({ direct = true }: ViewPayment): boolean {
  return direct;
}

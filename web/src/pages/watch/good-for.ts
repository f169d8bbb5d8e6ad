import type { Unit } from '../../api/answers.ts';

/** A payment for a view, or for days. */
export interface ViewPayment {
  amount: string;
  units: number;
  provider: string;
  txHash: string | null;
  /** ISO 8601. */
  at: string;
  /** Paid by the wallet's own transaction, which gates accept; missing in what an older page has stored. */
  direct?: boolean;
}

/** The last payment to one provider, and until when all payments to it are good. */
export interface ValidPayment extends ViewPayment {
  untilMs: number;
}

/** A view is good for a day, as often as one likes; a payment by the day for each of its days. */
const DAY_MS = 24 * 3_600_000;

/** Payments that are still good, by provider in lower case. Days add up; a second view begins its own day. */
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

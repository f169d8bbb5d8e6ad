import type { ContentRow, Terms } from '../store/store.ts';

/** Terms as they apply at one moment. A retired content keeps the terms it had. */
export interface TermsInForce extends Terms {
  retired: boolean;
}

/**
 * What a payment mined at `nowSec` must meet: the scheduled change once it is effective, else the terms before it.
 * Pure; the notice and grace periods are the contract's business and already part of `effectiveAtSec`.
 */
export function termsInForce(
  row: Pick<ContentRow, keyof Terms | 'retired' | 'scheduled'>,
  nowSec: number,
): TermsInForce {
  const { pricePerUnit, providerShareBps, unit, retired, scheduled } = row;
  const before = { pricePerUnit, providerShareBps, unit, retired };
  if (scheduled === null || scheduled.effectiveAtSec > nowSec) return before;
  return scheduled.terms === null ? { ...before, retired: true } : { ...scheduled.terms, retired: false };
}

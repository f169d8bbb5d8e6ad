import type { PaidUnits } from '../store/store.ts';

export const DAY_SEC = 86_400;

/**
 * Until when a content is open for what was paid: a view opens it for 24 hours from its block, a day for 24 hours more
 * than it is open already. Minutes open nothing.
 * @param paid oldest first.
 * @returns Unix time of the first second in which it is closed; 0 where it never was open.
 */
export function openUntilSec(paid: readonly PaidUnits[]): number {
  let untilSec = 0;
  for (const { timestampSec, units, unit } of paid) {
    if (unit === 'view') untilSec = Math.max(untilSec, timestampSec + DAY_SEC);
    if (unit === 'day') untilSec = Math.max(untilSec, timestampSec) + units * DAY_SEC;
  }
  return untilSec;
}

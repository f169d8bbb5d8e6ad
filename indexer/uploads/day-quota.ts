import type { Count, Counters } from '../counters/counters.ts';
import { QuotaSpent } from './errors.ts';
import type { DayQuota } from './types.ts';

/** Counts of a day; while the counters do not answer, no client is refused, and nothing is paid for. */
export interface DayCounts {
  /** @throws {QuotaSpent} */
  countUpload(client: string): Promise<void>;
  /** @throws {QuotaSpent} */
  countBytes(client: string, bytes: number): Promise<void>;
  /** @throws {QuotaSpent}, and then nothing is counted */
  countPaid(bytes: number): Promise<void>;
}

const DAY_MS = 86_400_000;

export function createDayCounts(counters: Pick<Counters, 'add'>, quota: DayQuota): DayCounts {
  async function count(part: 'clientDayBytes' | 'clientDayUploads', client: string, amount: number) {
    const count = await counters.add(`${part} ${client}`, amount, DAY_MS).catch(() => null);
    if (count !== null && count.total > quota[part]) throw spent(part, count, amount);
  }

  function spent(quotaPart: keyof DayQuota, { total, resetsInMs }: Count, amount: number): QuotaSpent {
    const limit = quota[quotaPart];
    const left = Math.max(0, limit - total + amount);
    const retryAfterSec = Math.max(1, Math.ceil(resetsInMs / 1_000));
    return new QuotaSpent({ quota: quotaPart, limit, left, retryAfterSec });
  }
  return {
    countUpload: (client) => count('clientDayUploads', client, 1),
    countBytes: (client, bytes) => count('clientDayBytes', client, bytes),
    async countPaid(bytes) {
      const count = await counters.add('chainDayBytes', bytes, DAY_MS);
      if (count.total <= quota.chainDayBytes) return;
      await counters.add('chainDayBytes', -bytes, DAY_MS);
      throw spent('chainDayBytes', count, bytes);
    },
  };
}

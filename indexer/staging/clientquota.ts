import type { Tallies } from '../live/tallies.ts';
import { QuotaSpent } from './errors.ts';

/** What one client may upload in a day, whatever becomes of it. */
export interface ClientQuota {
  clientDayBytes: number;
  clientDayUploads: number;
}

/** Counts for each client; while the tallies do not answer, nobody is refused. */
export interface ClientCounts {
  /** @throws {QuotaSpent} */
  countUpload(client: string): Promise<void>;
  /** @throws {QuotaSpent} */
  countBytes(client: string, bytes: number): Promise<void>;
}

const DAY_MS = 86_400_000;

export function createClientCounts(tallies: Pick<Tallies, 'add'>, quota: ClientQuota): ClientCounts {
  async function count(part: keyof ClientQuota, client: string, amount: number): Promise<void> {
    const tally = await tallies.add(`${part} ${client}`, amount, DAY_MS).catch(() => null);
    const limit = quota[part];
    if (tally === null || tally.total <= limit) return;
    const left = Math.max(0, limit - tally.total + amount);
    throw new QuotaSpent({ quota: part, limit, left, retryAfterSec: tally.resetsInMs / 1_000 });
  }
  return {
    countUpload: (client) => count('clientDayUploads', client, 1),
    countBytes: (client, bytes) => count('clientDayBytes', client, bytes),
  };
}

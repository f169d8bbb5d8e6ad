import type { Request } from 'express';
import type { Counters } from '../../../counters/counters.ts';
import { BoundedMap } from '../../../lib/bounded-map.ts';
import { VoucherInvalid, type VoucherPart } from '../../../playback/sale/errors.ts';
import { clientIp } from '../../middleware/client-ip.ts';
import { problem } from '../../problems/codes.ts';

const WINDOW_MS = 60_000;
/** Who signs by a program of its own has no wrong ones; who does not, costs a recovery each. */
const MAX_BAD = 20;
const MAX_REMEMBERED = 10_000;
/** What costs a recovery, or a look at the chain. */
const COUNTED: readonly VoucherPart[] = ['signature', 'channelId'];

/**
 * Counts vouchers that nobody has signed against the address that they come from.
 * @returns what does a sale, unless the address had too many. Rejects with {HttpProblem} 429 `rate_limited`
 */
export function createBadSignatures(counters: Counters) {
  const blocked = new BoundedMap<string, number>(MAX_REMEMBERED);
  return async <T>(req: Request, sale: () => Promise<T>): Promise<T> => {
    const client = clientIp(req);
    const leftMs = (blocked.get(client) ?? 0) - Date.now();
    if (leftMs > 0) {
      const detail = `This address has shown more than ${MAX_BAD} vouchers within a minute that nobody has signed.`;
      const extra = { limit: MAX_BAD, retry_after_sec: Math.ceil(leftMs / 1000) };
      throw problem('rate_limited', detail, { extra });
    }
    try {
      return await sale();
    } catch (error) {
      if (error instanceof VoucherInvalid && COUNTED.includes(error.part)) {
        const { total, resetsInMs } = await counters.add(`bad vouchers ${client}`, 1, WINDOW_MS);
        if (total > MAX_BAD) blocked.set(client, Date.now() + resetsInMs);
      }
      throw error;
    }
  };
}

import { z } from 'zod/mini';
import { coin } from '../../../api/answers.ts';
import { ask } from '../../../api/http.ts';

const claimed = z.object({
  claiming: z.array(z.object({ ...coin, vouchers: z.number(), amount: z.string() })),
  waiting: z.array(z.object({ why: z.string(), vouchers: z.number() })),
});
/** What a claim at once has begun with, and what it left. */
export type ClaimBegun = z.infer<typeof claimed>;

const disk = z.object({ media_count: z.number(), media_bytes: z.number(), free_bytes: z.number() });

/** @param token of a session of the host's provider */
export async function claimNow(token: string): Promise<ClaimBegun> {
  return await ask('/vouchers/claim', claimed, { method: 'POST', token });
}

/** @param token of a session of the host's provider */
export async function hostDisk(token: string): Promise<z.infer<typeof disk>> {
  return await ask('/disk', disk, { token });
}

/** What a claim at once has come to: what it has begun with is on its way, and told beside it. */
export function claimDone(begun: Pick<ClaimBegun, 'claiming'> | undefined): string {
  return begun && begun.claiming.length > 0 ? 'The host has sent it.' : 'Nothing can be claimed now.';
}

const WAITS: Readonly<Record<string, string>> = {
  'not yet': 'somebody is watching on it',
  'below the gas': 'less than its gas',
  'earlier first': 'behind another one of the same viewer',
  'under way': 'sent already',
  'not final': 'its deposit is not final yet',
  'records behind': 'the records are behind the chain',
  'no delegate': 'the wallet has not named this host’s key its delegate',
};

/** What waits, and why, in words. */
export function waitingText({ waiting }: Pick<ClaimBegun, 'waiting'>): string | null {
  if (waiting.length === 0) return null;
  return `Waiting: ${waiting.map(({ why, vouchers }) => `${vouchers} (${WAITS[why] ?? why})`).join(', ')}.`;
}

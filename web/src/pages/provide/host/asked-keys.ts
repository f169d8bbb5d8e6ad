import { z } from 'zod/mini';
import { ask } from '../../../api/http.ts';

const askedKeys = z.object({
  key_requests: z.array(
    z.object({
      cid: z.string(),
      content_id: z.string(),
      contract: z.string(),
      content_creator_wallet: z.string(),
      token: z.string(),
      video_name: z.string(),
      from: z.string(),
      state: z.enum(['waiting', 'granted', 'failed']),
      asked_at: z.string(),
      until: z.nullable(z.string()),
      reason: z.nullable(z.string()),
      has_keys: z.boolean(),
    }),
  ),
  next_cursor: z.nullable(z.string()),
});
/** Keys that this host has asked another one for, and what became of it. */
export type AskedKey = z.infer<typeof askedKeys>['key_requests'][number];

/** So many pages of 100 are read. */
const MAX_PAGES = 5;

/** @param token of a session of the host's provider, or of its delegate */
export async function allAskedKeys(token: string): Promise<AskedKey[]> {
  const found: AskedKey[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: z.infer<typeof askedKeys> = await ask('/key-requests', askedKeys, {
      token,
      query: { cursor },
    });
    found.push(...page.key_requests);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return found;
}

import type { z } from 'zod/mini';
import { type ChannelAnswer, channelsPage } from '../api/answers.ts';
import { ask } from '../api/http.ts';
import type { Read } from '../api/resource.ts';

/** So many pages of 1,000 deposits are looked through. */
const MAX_PAGES = 3;

/** Deposits of a wallet, or with it as provider, latest opened first. */
export function depositsOf(wallet: string, role: 'viewer' | 'provider'): Read<ChannelAnswer[]> {
  const path = `/wallets/${wallet}/channels`;
  return {
    key: `${path} as ${role}`,
    on: { kinds: ['view'], wallet },
    async load(signal) {
      const found: ChannelAnswer[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const query = { role, limit: 1_000, cursor };
        const page: z.infer<typeof channelsPage> = await ask(path, channelsPage, { query, signal });
        found.push(...page.channels);
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      return found;
    },
  };
}

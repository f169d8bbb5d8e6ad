import { z } from 'zod/mini';
import { coin, UNITS } from '../../api/answers.ts';
import { HostRefused } from '../../api/errors.ts';
import { ask } from '../../api/http.ts';
import type { Read } from '../../api/resource.ts';

const sum = {
  contract: z.string(),
  ...coin,
  role: z.enum(['creator', 'provider']),
  amount_base_units: z.string(),
  units: z.string(),
  payments: z.string(),
};
const nextCursor = z.nullable(z.string());
const byContent = z.object({
  contents: z.array(
    z.object({
      content_id: z.string(),
      cid: z.string(),
      video_name: z.string(),
      unit: z.enum(UNITS),
      ...sum,
    }),
  ),
  next_cursor: nextCursor,
});
const byProvider = z.object({
  providers: z.array(z.object({ provider_wallet: z.string(), ...sum })),
  next_cursor: nextCursor,
});

/** What one video has brought in, in one coin and role. */
export type EarnedByContent = z.infer<typeof byContent>['contents'][number];
export type EarnedByProvider = z.infer<typeof byProvider>['providers'][number];

export interface Earned {
  contents: EarnedByContent[];
  providers: EarnedByProvider[];
  /** There is more than is shown here. */
  isCut: boolean;
}

/** So many pages of 1,000 are read of each list. */
const MAX_PAGES = 5;
const NOT_FOUND = 404;

/** What each video, and for creators each provider, has brought in; nothing of it from a host that does not tell. */
export function earnedBy(wallet: string): Read<Earned> {
  const path = `/wallets/${wallet}/earnings`;
  return {
    key: `${path} by video and provider`,
    on: { kinds: ['view'], wallet },
    async load(signal) {
      const contents = await allPages(async (cursor) => {
        const page = await ask(`${path}/contents`, byContent, { query: { cursor }, signal });
        return { rows: page.contents, next: page.next_cursor };
      });
      const providers = await allPages(async (cursor) => {
        const page = await ask(`${path}/providers`, byProvider, { query: { cursor }, signal });
        return { rows: page.providers, next: page.next_cursor };
      });
      return {
        contents: contents.rows,
        providers: providers.rows,
        isCut: contents.isCut || providers.isCut,
      };
    },
  };
}

async function allPages<Row>(
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
): Promise<{ rows: Row[]; isCut: boolean }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await read(cursor).catch((error: unknown) => {
      if (error instanceof HostRefused && error.problem.status === NOT_FOUND) return { rows: [], next: null };
      throw error;
    });
    rows.push(...page.rows);
    if (page.next === null) return { rows, isCut: false };
    cursor = page.next;
  }
  return { rows, isCut: true };
}

import { useState } from 'react';
import type { RecordsPage, ViewRecord } from '../../../api/answers.ts';
import { host, type Role } from '../../../api/host.ts';
import { type Resource, useResource } from '../../../api/resource.ts';
import { daysOf, type Filters, fits } from './filters.ts';

/** Shown at a time; looked through for them at most, before one is asked to go on. */
const SHOWN = 20;
const PAGE = 100;
const MAX_PAGES = 5;
/** For a file: the host's longest pages. */
const FILE_PAGE = 1_000;
const MAX_FILE_PAGES = 100;

export interface ViewsFound {
  views: ViewRecord[];
  /** How many views were looked through for them. */
  lookedAt: number;
  hasMore: boolean;
}

/** Views of a wallet that fit, newest first; `more` shows more of them. */
export function useViews(
  role: Role,
  address: string,
  filters: Filters,
): { found: Resource<ViewsFound>; more: () => void } {
  const [rounds, setRounds] = useState(1);
  const days = daysOf(filters);
  const limits = { wanted: SHOWN * rounds, pages: MAX_PAGES * rounds, limit: PAGE };
  const found = useResource(
    days && {
      key: `views ${role} ${address} ${JSON.stringify(filters)} ${rounds}`,
      on: { kinds: ['view' as const], wallet: address },
      load: (signal: AbortSignal) => walk({ role, address, filters, days, ...limits }, signal),
    },
    { keep: true },
  );
  const nothing = { data: { views: [], lookedAt: 0, hasMore: false }, problem: undefined };
  return { found: days ? found : nothing, more: () => setRounds(rounds + 1) };
}

/** All that fit, for a file. */
export async function allViews(role: Role, address: string, filters: Filters): Promise<ViewsFound> {
  const days = daysOf(filters) ?? {};
  const limits = { wanted: Number.POSITIVE_INFINITY, pages: MAX_FILE_PAGES, limit: FILE_PAGE };
  return await walk({ role, address, filters, days, ...limits }, new AbortController().signal);
}

interface Walk {
  role: Role;
  address: string;
  filters: Filters;
  days: { start_date?: string; end_date?: string };
  wanted: number;
  pages: number;
  limit: number;
}

async function walk(of: Walk, signal: AbortSignal): Promise<ViewsFound> {
  const { role, address, filters, days, wanted, pages, limit } = of;
  const isWanted = fits(filters);
  const views: ViewRecord[] = [];
  let lookedAt = 0;
  let cursor: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const query: Parameters<typeof host.viewsPage>[2] = {
      ...days,
      limit,
      ...(cursor !== null && { cursor }),
    };
    const { records, next_cursor }: RecordsPage = await host.viewsPage(role, address, query, signal);
    views.push(...records.filter(isWanted));
    lookedAt += records.length;
    cursor = next_cursor;
    if (cursor === null || views.length > wanted) break;
  }
  const shown = views.slice(0, wanted);
  return { views: shown, lookedAt, hasMore: cursor !== null || views.length > shown.length };
}

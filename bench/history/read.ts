// Reads the records of the case `history` as a host does, in a process of its own: argv is their file and the last block.
import { rankedPage } from '../../indexer/http/routes/stream-page.ts';
import { createRecordsLive } from '../../indexer/live/records.ts';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';
import type { ViewQuery } from '../../indexer/store/store.ts';
import { cidOf, creatorOf, providerOf, timeOf } from './world.ts';

const [path = '', lastBlock = ''] = process.argv.slice(2);
const RUNS = 300;
const LIMIT = 100;
const DEEP = 1_000;
const DAY_SEC = 86_400;
const store = openSqliteStore({ path });
const live = createRecordsLive(store);
const health = { faulty: async () => [] };
const lastSec = timeOf(Number(lastBlock));

/** Each run asks something else, as far as there is something else to ask. */
async function timed(ask: (run: number) => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const startMs = performance.now();
    await ask(run);
    tookMs.push(performance.now() - startMs);
  }
  return tookMs;
}

const first: ViewQuery = { by: 'cid', key: cidOf(0), limit: LIMIT };

/** Pages from so far behind the first one on. */
async function deepPages(): Promise<number[]> {
  let cursor: string | null = null;
  const next = async () => {
    const page = await store.views({ ...first, cursor: cursor ?? undefined });
    if (page.rows.length < LIMIT || page.nextCursor === null) throw new Error('the history is too short');
    cursor = page.nextCursor;
  };
  for (let page = 1; page < DEEP; page += 1) await next();
  return await timed(next);
}

const words = [
  'golden river',
  'concert scarlet',
  'lagoon 4711',
  'portrat violet',
  'journey',
  'ivory glacier lecture',
];
const streamPages: string[] = [];
const asked = {
  firstPage: await timed((run) =>
    store.views(run % 2 ? first : { by: 'creator', key: creatorOf(0), limit: LIMIT }),
  ),
  deepPage: await deepPages(),
  dayFilter: await timed((run) => {
    const fromSec = lastSec - (1 + (run % 30)) * DAY_SEC;
    return store.views({ ...first, fromSec, toSec: fromSec + DAY_SEC });
  }),
  earnings: await timed((run) => {
    const wallet = run % 2 ? creatorOf(0) : providerOf(0);
    if (run % 3 > 0) return store.earnings(wallet, { limit: LIMIT });
    return store.earnedBy({ wallet, part: 'content', limit: LIMIT });
  }),
  search: await timed((run) =>
    store.searchContents({ q: words[run % words.length], limit: 24, nowSec: lastSec, isOnSale: true }),
  ),
  streams: await timed(async () => {
    const cursor = streamPages.at(-1);
    const { nextCursor } = await rankedPage({ live, health }, cidOf(0), { limit: LIMIT, cursor });
    if (nextCursor !== null) streamPages.push(nextCursor);
  }),
};
process.send?.(asked);
process.disconnect?.();

import type Database from 'better-sqlite3';
import type { Feed, FeedEntry, News, Reverted } from '../store.ts';
import { type ContentRecord, type StreamRecord, toContent, toStream } from './catalogue.ts';
import { type LogRecord, toView, VIEW_COLUMNS } from './history.ts';

/** The feed in SQLite; `news.ts` writes it. */
export function feed(db: Database.Database): Feed {
  const name = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'feed'").pluck().get();
  if (name === undefined) throw new Error('the database has no feed');
  const end = db.prepare<[], number>('SELECT max(seq) FROM feed').pluck();
  const after = db.prepare<[number, number], FeedRecord>(
    `SELECT ${VIEW_COLUMNS}, feed.seq AS position, event, data,
        coalesce(feed.cid_key, view.cid_key) AS about_cid, coalesce(feed.creator, view.creator_wallet) AS about_creator,
        coalesce(feed.provider, view.provider_wallet) AS about_provider,
        coalesce(feed.viewer, view.blockchain_address) AS about_viewer
      FROM feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq
      WHERE feed.seq > ? ORDER BY feed.seq LIMIT ?`,
  );
  return {
    feedEnd: async () => ({ feed: name, seq: end.get() ?? 0 }),
    feedAfter: async (seq, limit) => after.all(seq, limit).map(toEntry),
  };
}

interface FeedRecord extends LogRecord {
  position: number;
  event: News['event'];
  data: string | null;
  about_cid: string | null;
  about_creator: string | null;
  about_provider: string | null;
  about_viewer: string | null;
}

function toEntry(row: FeedRecord): FeedEntry {
  const { about_cid: cidKey, about_creator: creator, about_provider: provider, about_viewer: viewer } = row;
  return { seq: row.position, concerns: { cidKey, creator, provider, viewer }, ...newsOf(row) };
}

function newsOf(row: FeedRecord): News {
  const { event } = row;
  switch (event) {
    case 'view.recorded':
      return { event, view: toView(row) };
    case 'view.covered':
      return { event, view: toView(row), reportId: row.data ?? '' };
    case 'stream.registered':
    case 'stream.updated':
    case 'stream.ended':
      return { event, stream: toStream(copyIn(row)) };
    case 'reverted':
      return { event, reverted: toReverted(copyIn(row)) };
    case 'reset':
      return { event };
    default:
      return { event, content: toContent(copyIn(row)) };
  }
}

function copyIn<Copy>({ data }: FeedRecord): Copy {
  return JSON.parse(data ?? 'null');
}

type StoredReverted =
  | { kind: 'view'; id: string }
  | { kind: 'stream'; contract: string; content_id: string; provider: string; row: StreamRecord | null }
  | { kind: 'content'; contract: string; content_id: string; row: ContentRecord | null };

function toReverted(stored: StoredReverted): Reverted {
  if (stored.kind === 'view') return stored;
  const { contract, content_id: contentId } = stored;
  if (stored.kind === 'content') {
    return { kind: 'content', contract, contentId, content: stored.row && toContent(stored.row) };
  }
  const { provider, row } = stored;
  return { kind: 'stream', contract, contentId, provider, stream: row && toStream(row) };
}

import type Database from 'better-sqlite3';
import type { Change, Feed, FeedEntry, FeedEvent, Reversal } from '../../store.ts';
import { type ContentRecord, type StreamRecord, toContent, toStream } from '../queries/catalogue.ts';
import { type StoredView, toView, VIEW_COLUMNS } from '../queries/history.ts';
import { CREDITS_CHANGED } from './feed-writer.ts';

const CONCERNS = `coalesce(feed.cid_key, view.cid_key) AS about_cid,
        coalesce(feed.creator, view.creator_wallet) AS about_creator,
        coalesce(feed.provider, view.provider_wallet) AS about_provider,
        coalesce(feed.viewer, view.blockchain_address) AS about_viewer`;

/** The feed in SQLite; `feed-writer.ts` writes it. */
export function feed(db: Database.Database): Feed {
  const name = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'feed'").pluck().get();
  if (name === undefined) throw new Error('the database has no feed');
  const end = db.prepare<[], number>('SELECT max(seq) FROM feed').pluck();
  const after = db.prepare<[number, number], FeedRecord>(
    `SELECT ${VIEW_COLUMNS}, feed.seq AS position, event, data, ${CONCERNS}
      FROM feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq
      WHERE feed.seq > ? AND event <> '${CREDITS_CHANGED}' ORDER BY feed.seq LIMIT ?`,
  );
  const changes = db.prepare<[number, number], ChangeRecord>(
    `SELECT feed.seq AS position, event, ${CONCERNS},
        CASE event WHEN 'reverted' THEN json_extract(data, '$.kind') END AS reverted,
        CASE event WHEN '${CREDITS_CHANGED}' THEN data END AS account,
        feed.block_number IS NOT NULL AS by_block
      FROM feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq
      WHERE feed.seq > ? ORDER BY feed.seq LIMIT ?`,
  );
  return {
    feedEnd: async () => ({ feed: name, seq: end.get() ?? 0 }),
    feedAfter: async (seq, limit) => after.all(seq, limit).map(toEntry),
    changesAfter: async (seq, limit) => changes.all(seq, limit).map(toChange),
  };
}

interface EntryHead {
  position: number;
  about_cid: string | null;
  about_creator: string | null;
  about_provider: string | null;
  about_viewer: string | null;
}

interface FeedRecord extends StoredView, EntryHead {
  event: FeedEvent['event'];
  data: string | null;
}

interface ChangeRecord extends EntryHead {
  event: FeedEvent['event'] | typeof CREDITS_CHANGED;
  reverted: Reversal['kind'] | null;
  account: string | null;
  by_block: number;
}

function toEntry(row: FeedRecord): FeedEntry {
  return { seq: row.position, concerns: concernsOf(row), ...feedEventOf(row) };
}

function toChange(row: ChangeRecord): Change {
  const { position: seq, event, reverted, account } = row;
  const of = event === 'reset' ? 'all' : (reverted ?? (event.split('.')[0] as Change['of']));
  const onChain = row.by_block === 1 || event === 'reverted';
  return { seq, of, isNew: event === 'view.recorded', onChain, concerns: concernsOf(row), account };
}

function concernsOf(row: EntryHead): FeedEntry['concerns'] {
  const { about_cid: cidKey, about_creator: creator, about_provider: provider, about_viewer: viewer } = row;
  return { cidKey, creator, provider, viewer };
}

function feedEventOf(row: FeedRecord): FeedEvent {
  const { event, position, data, about_cid, about_creator, about_provider, about_viewer, ...view } = row;
  switch (event) {
    case 'view.recorded':
      return { event, view: toView(view) };
    case 'view.covered':
      return { event, view: toView(view), reportId: data ?? '' };
    case 'stream.registered':
    case 'stream.updated':
    case 'stream.ended':
      return { event, stream: toStream(copyIn(data)) };
    case 'reverted':
      return { event, reverted: toReversal(copyIn(data)) };
    case 'reset':
      return { event };
    default:
      return { event, content: toContent(copyIn(data)) };
  }
}

function copyIn<Copy>(data: string | null): Copy {
  return JSON.parse(data ?? 'null');
}

type StoredReversal =
  | { kind: 'view'; id: string }
  | { kind: 'stream'; contract: string; content_id: string; provider: string; row: StreamRecord | null }
  | { kind: 'content'; contract: string; content_id: string; row: ContentRecord | null };

function toReversal(stored: StoredReversal): Reversal {
  if (stored.kind === 'view') return stored;
  const { contract, content_id: contentId } = stored;
  if (stored.kind === 'content') {
    return { kind: 'content', contract, contentId, content: stored.row && toContent(stored.row) };
  }
  const { provider, row } = stored;
  return { kind: 'stream', contract, contentId, provider, stream: row && toStream(row) };
}

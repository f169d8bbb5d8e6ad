import type Database from 'better-sqlite3';
import type {
  Change,
  Concerns,
  ContentRow,
  Feed,
  FeedEntry,
  FeedEvent,
  Reversal,
  StreamRow,
  ViewRow,
} from '../../store.ts';
import { CONTENT_COLUMNS, toContent } from '../queries/catalogue.ts';
import { createViewReader } from '../queries/history.ts';
import { STREAM_COLUMNS, toStream } from '../queries/streams.ts';
import { type Copied, selected } from '../stored.ts';
import { CREDITS_CHANGED, SHOWN_CHANGED } from './feed-writer.ts';

const CONCERNS = `coalesce(feed.cid_key, view.cid_key) AS cidKey, coalesce(feed.creator, view.creator_wallet) AS creator,
  coalesce(feed.provider, view.provider_wallet) AS provider, coalesce(feed.viewer, view.blockchain_address) AS viewer`;
const ENTRIES = 'feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq';

/** The feed in SQLite; `feed-writer.ts` writes it. */
export function feed(db: Database.Database): Feed {
  const name = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'feed'").pluck().get();
  if (name === undefined) throw new Error('the database has no feed');
  const end = db.prepare<[], number>('SELECT max(seq) FROM feed').pluck();
  const entries = db.prepare<[number, number], StoredEntry>(
    `SELECT feed.seq, event, view_seq AS viewKey, data, ${CONCERNS} FROM ${ENTRIES}
      WHERE feed.seq > ? AND event NOT IN ('${CREDITS_CHANGED}', '${SHOWN_CHANGED}') ORDER BY feed.seq LIMIT ?`,
  );
  const changes = db.prepare<[number, number], StoredChange>(
    `SELECT feed.seq, event, ${CONCERNS},
        CASE event WHEN 'reverted' THEN json_extract(data, '$.kind') END AS reverted,
        CASE event WHEN '${CREDITS_CHANGED}' THEN data END AS account,
        feed.block_number IS NOT NULL AS byBlock
      FROM ${ENTRIES} WHERE feed.seq > ? ORDER BY feed.seq LIMIT ?`,
  );
  const readView = createViewReader(db);
  // Entries and their views are of one state of the records.
  const readEntries = db.transaction((seq: number, limit: number) =>
    entries.all(seq, limit).map((entry) => toEntry(entry, readView)),
  );
  return {
    feedEnd: async () => ({ feed: name, seq: end.get() ?? 0 }),
    feedAfter: async (seq, limit) => readEntries(seq, limit),
    changesAfter: async (seq, limit) => changes.all(seq, limit).map(toChange),
  };
}

interface StoredEntry extends Concerns {
  seq: number;
  event: FeedEvent['event'];
  /** Of the events of a view. */
  viewKey: number;
  /** A copy or a reversal as JSON, or the id of the report that is covered. */
  data: string;
}

interface StoredChange extends Concerns {
  seq: number;
  event: FeedEvent['event'] | typeof CREDITS_CHANGED | typeof SHOWN_CHANGED;
  reverted: Reversal['kind'] | null;
  account: string | null;
  byBlock: number;
}

function toChange(change: StoredChange): Change {
  const { seq, event, reverted, account, byBlock } = change;
  const of = event === 'reset' ? 'all' : (reverted ?? (event.split('.')[0] as Change['of']));
  const onChain = byBlock === 1 || event === 'reverted';
  return { seq, of, isNew: event === 'view.recorded', onChain, concerns: concernsOf(change), account };
}

function concernsOf({ cidKey, creator, provider, viewer }: Concerns): Concerns {
  return { cidKey, creator, provider, viewer };
}

function toEntry(stored: StoredEntry, readView: (key: number) => ViewRow): FeedEntry {
  const { seq, event, viewKey, data } = stored;
  const entry = { seq, concerns: concernsOf(stored) };
  switch (event) {
    case 'view.recorded':
      return { ...entry, event, view: readView(viewKey) };
    case 'view.covered':
      return { ...entry, event, view: readView(viewKey), reportId: data };
    case 'stream.registered':
    case 'stream.updated':
    case 'stream.ended':
      return { ...entry, event, stream: streamIn(JSON.parse(data)) };
    case 'upload.progress':
      return { ...entry, event, upload: JSON.parse(data) };
    case 'reverted':
      return { ...entry, event, reverted: toReversal(JSON.parse(data)) };
    case 'reset':
      return { ...entry, event };
    default:
      return { ...entry, event, content: contentIn(JSON.parse(data)) };
  }
}

type StoredReversal =
  | { kind: 'view'; id: string }
  | { kind: 'stream'; contract: string; content_id: string; provider: string; row: Copied | null }
  | { kind: 'content'; contract: string; content_id: string; row: Copied | null };

function toReversal(stored: StoredReversal): Reversal {
  if (stored.kind === 'view') return stored;
  const { contract, content_id: contentId, row } = stored;
  if (stored.kind === 'content')
    return { kind: 'content', contract, contentId, content: row && contentIn(row) };
  return { kind: 'stream', contract, contentId, provider: stored.provider, stream: row && streamIn(row) };
}

function contentIn(copy: Copied): ContentRow {
  return toContent(selected(CONTENT_COLUMNS, copy));
}

function streamIn(copy: Copied): StreamRow {
  return toStream(selected(STREAM_COLUMNS, copy));
}

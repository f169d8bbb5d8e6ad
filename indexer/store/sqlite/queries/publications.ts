import type Database from 'better-sqlite3';
import type { Publications } from '../../store.ts';

/** Whether what was uploaded is published. */
export function publications(db: Database.Database): Publications {
  const byWallet = db.prepare<[string, string]>(
    'SELECT 1 FROM content_metadata WHERE cid_key = ? AND content_creator_wallet = ? LIMIT 1',
  );
  const first = db
    .prepare<[string], number | null>('SELECT min(published_at) FROM content_metadata WHERE cid_key = ?')
    .pluck();
  return {
    publishedAmong: async (uploads) =>
      uploads.filter(({ cidKey, wallet }) => byWallet.get(cidKey, wallet) !== undefined),
    firstPublishedAtSec: async (cidKey) => first.get(cidKey) ?? null,
  };
}

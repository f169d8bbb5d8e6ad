import Database from 'better-sqlite3';

/** What mirrors the chain, each in an order. */
export const MIRRORED: Readonly<Record<string, string>> = {
  content_metadata: 'contract, content_id',
  announced_units: 'contract, content_id, announced_at, block_number, log_index',
  streams: 'contract, content_id, provider',
  streaming_access_logs: 'seq',
  credits: 'account, contract, token',
  earnings_daily: 'wallet, day, contract, token, role',
  earnings_parts: 'wallet, part, contract, token, key, role',
  withdrawals: 'block_number, log_index',
  channels: 'contract, channel_id',
  channel_events: 'block_number, log_index',
};
const OWN = {
  staged_uploads: 'id',
  serve_wishes: 'contract, content_id',
  provided_media: 'cid_key',
};

/** Of a book: every upload that waits to be published, and what is to be served. */
export function dumpOwn(path: string): Record<string, unknown[]> {
  return dump(path, OWN);
}

/** Every row that mirrors the chain, of a SQLite file that may be open elsewhere. */
export function dump(
  path: string,
  tables: Readonly<Record<string, string>> = MIRRORED,
): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  try {
    return Object.fromEntries(
      Object.entries(tables).map(([table, order]) => [
        table,
        db.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).all(),
      ]),
    );
  } finally {
    db.close();
  }
}

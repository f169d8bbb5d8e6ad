import type Database from 'better-sqlite3';
import { createMeta, readMeta } from '../../meta.ts';

/** Tables that versions before kept in the file of the mirror, and that are the same here. */
export const TAKEN_OVER = [
  ...['operator_key_lease', 'sent_transactions', 'sponsor_nonces', 'relay_gas', 'secrets', 'sign_in_nonces'],
  ...['staged_uploads', 'play_tokens', 'access_nonces', 'serve_wishes', 'provided_media', 'takedowns'],
  ...['media_facts', 'packagings', 'content_secrets'],
] as const;

const REPORTS = `SELECT ref, contract, content_id, cid, cid_key, blockchain_address AS viewer, provider_wallet AS provider,
    creator_wallet AS creator, token, price, timestamp AS view_time, tx_hash, reported_at AS received_at
  FROM streaming_access_logs WHERE source = 'reported' ORDER BY seq`;
/** What it was: by name, whether that was all that the book held then. */
const NAMES = 'taken_over';

/** What is in here already stays as it is. @param name of the tables. @returns whether nothing was in here before */
export function takeOver(db: Database.Database, name: string, from: Database.Database): boolean {
  const meta = createMeta(db);
  const isUsed = db.prepare(`
    SELECT 1 FROM reports UNION ALL SELECT 1 FROM takedowns
    UNION ALL SELECT 1 FROM sqlite_sequence WHERE name = 'changes' LIMIT 1`);
  return db
    .transaction(() => {
      const names = meta.read<Record<string, boolean>>(NAMES) ?? {};
      const known = names[name];
      if (known !== undefined) return known;
      const isAll = isUsed.get() === undefined;
      for (const table of TAKEN_OVER) copy(db, table, from.prepare(`SELECT * FROM ${table} ORDER BY 1`));
      copy(db, 'reports', from.prepare(REPORTS));
      meta.write(NAMES, { ...names, [name]: isAll });
      return isAll;
    })
    .immediate();
}

/** Whether records have been handed over to the book, so that they can be made anew. */
export function hasTakenOver(path: string): boolean {
  return readMeta(path, NAMES) !== null;
}

/** Rows that are numbered as they come are numbered anew, in the same order. */
function copy(
  db: Database.Database,
  table: string,
  rows: Database.Statement<[], Record<string, unknown>>,
): void {
  const columns = rows
    .columns()
    .map(({ name }) => name)
    .filter((name) => name !== 'seq');
  const insert = db.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})
      ON CONFLICT DO NOTHING`,
  );
  for (const row of rows.iterate()) insert.run(row);
}

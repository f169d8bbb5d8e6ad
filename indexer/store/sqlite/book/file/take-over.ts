import type Database from 'better-sqlite3';
import { createMeta } from '../../meta.ts';

/** Tables that versions before kept in the file of the mirror, and that are the same here. */
export const TAKEN_OVER = [
  ...['operator_key_lease', 'sent_transactions', 'sponsor_nonces', 'relay_gas', 'secrets', 'sign_in_nonces'],
  ...['staged_uploads', 'play_tokens', 'access_nonces', 'serve_wishes', 'provided_media', 'takedowns'],
  ...['media_facts', 'packagings', 'content_secrets'],
] as const;

const REPORTS = `SELECT ref, contract, content_id, cid, cid_key, blockchain_address AS viewer, provider_wallet AS provider,
    creator_wallet AS creator, token, price, timestamp AS view_time, tx_hash, reported_at AS received_at
  FROM streaming_access_logs WHERE source = 'reported' ORDER BY seq`;
/** Which files it was: by name, whether that was all that the book held then. */
const FILES = 'taken_over';

/** What is in here already stays as it is. @param records names the file. @returns whether nothing was in here before */
export function takeOver(db: Database.Database, records: string, from: Database.Database): boolean {
  const meta = createMeta(db);
  const isUsed = db.prepare(`
    SELECT 1 FROM reports UNION ALL SELECT 1 FROM takedowns
    UNION ALL SELECT 1 FROM sqlite_sequence WHERE name = 'changes' LIMIT 1`);
  return db
    .transaction(() => {
      const files = meta.read<Record<string, boolean>>(FILES) ?? {};
      const known = files[records];
      if (known !== undefined) return known;
      const isAll = isUsed.get() === undefined;
      for (const table of TAKEN_OVER) copy(db, table, from.prepare(`SELECT * FROM ${table} ORDER BY 1`));
      copy(db, 'reports', from.prepare(REPORTS));
      meta.write(FILES, { ...files, [records]: isAll });
      return isAll;
    })
    .immediate();
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

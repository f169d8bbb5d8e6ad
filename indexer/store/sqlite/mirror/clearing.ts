import type Database from 'better-sqlite3';
import { CHAIN_TABLES } from '../../rows.ts';

/** Where the following of the chain stands, beside the rows that mirror it. */
export const FOLLOWING_TABLES = ['undo_log', 'indexed_logs', 'headers', 'chain_cursor'] as const;

/**
 * @returns what forgets the chain altogether; reported views stay, open again, with a hint of what has covered them. To be called
 * inside a transaction.
 */
export function clearingOf(db: Database.Database): () => void {
  return () => {
    db.exec(`
      INSERT OR REPLACE INTO link_hints (ref, view, block_number)
        SELECT report.ref, report.linked_to, view.block_number
          FROM streaming_access_logs report JOIN (
            SELECT id, block_number FROM streaming_access_logs WHERE block_number IS NOT NULL
          ) view ON view.id = report.linked_to
          WHERE report.linked_to IS NOT NULL
    `);
    for (const table of [...CHAIN_TABLES, ...FOLLOWING_TABLES]) {
      const reportsStay = table === 'streaming_access_logs' ? "WHERE source <> 'reported'" : '';
      db.exec(`DELETE FROM ${table} ${reportsStay}`);
    }
    db.exec(`
      UPDATE streaming_access_logs SET linked_to = NULL WHERE linked_to IS NOT NULL;
      DELETE FROM meta WHERE key IN ('chain_identity', 'indexed_contracts', 'unverified_blocks', 'proof');
    `);
  };
}

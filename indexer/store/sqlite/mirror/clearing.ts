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
        SELECT report.ref, view.id, view.block_number FROM views link
          JOIN streaming_access_logs report USING (seq) JOIN streaming_access_logs view ON view.seq = link.linked_to
          WHERE link.linked_to IS NOT NULL
    `);
    for (const table of [...CHAIN_TABLES, ...FOLLOWING_TABLES]) {
      const isViews = table === 'streaming_access_logs';
      db.exec(isViews ? 'DELETE FROM views WHERE source <> 3' : `DELETE FROM ${table}`);
    }
    db.exec(`
      UPDATE views SET linked_to = NULL WHERE linked_to IS NOT NULL;
      DELETE FROM meta WHERE key IN ('chain_identity', 'indexed_contracts', 'unverified_blocks', 'proof');
    `);
  };
}

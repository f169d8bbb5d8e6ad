import type Database from 'better-sqlite3';
import { BlocksOutOfOrder, NotUndoable } from '../../errors.ts';
import { type BlockRef, CHAIN_TABLES, type IndexedBlock } from '../../rows.ts';
import type { ChainRecords } from '../../store.ts';
import { chainIdentity } from './chain-identity.ts';
import type { FeedWriter } from './feed-writer.ts';
import { ReportMatching } from './report-matching.ts';
import { RowWriter } from './row-writer.ts';

/** Where the following of the chain stands, beside the rows that mirror it. */
export const FOLLOWING_TABLES = ['undo_log', 'indexed_logs', 'headers', 'chain_cursor'] as const;

/** The mirror of the chain in SQLite. */
export function chainRecords(db: Database.Database, feedWriter: FeedWriter): ChainRecords {
  const rows = new RowWriter(db, feedWriter);
  const matching = new ReportMatching(db, feedWriter);
  const readCursor = db.prepare<[], BlockRef>('SELECT number, hash FROM chain_cursor');
  const writeCursor = db.prepare<[number, string]>(
    `INSERT INTO chain_cursor (one, number, hash) VALUES (1, ?, ?)
      ON CONFLICT (one) DO UPDATE SET number = excluded.number, hash = excluded.hash`,
  );
  const readHeader = db.prepare<[number], BlockRef>('SELECT number, hash FROM headers WHERE number = ?');
  const writeHeader = db.prepare<[number, string, number]>(
    'INSERT INTO headers (number, hash, undoable) VALUES (?, ?, ?)',
  );
  const finalAbove = db
    .prepare<[number], number>('SELECT 1 FROM headers WHERE number > ? AND undoable = 0 LIMIT 1')
    .pluck();
  const dropHeadersAbove = db.prepare<[number]>('DELETE FROM headers WHERE number > ?');
  const dropHeadersBelow = db.prepare<[number]>('DELETE FROM headers WHERE number < ?');
  const writeLogs = db.prepare<[number, number]>(
    'INSERT INTO indexed_logs (block_number, logs) VALUES (?, ?)',
  );
  const dropLogsAbove = db.prepare<[number]>('DELETE FROM indexed_logs WHERE block_number > ?');
  const dropUndoBelow = db.prepare<[number]>('DELETE FROM undo_log WHERE block_number < ?');

  const commit = db.transaction((blocks: IndexedBlock[], undoable: boolean) => {
    const last = blocks.at(-1);
    if (!last) return;
    requireOrder(readCursor.get() ?? null, blocks, undoable);
    const views = undoable
      ? blocks.flatMap((block) => rows.apply(block.changes, block.number))
      : rows.apply(
          blocks.flatMap((block) => block.changes),
          null,
        );
    for (const block of undoable ? blocks : [last])
      writeHeader.run(block.number, block.hash, undoable ? 1 : 0);
    for (const { number, logs = 0 } of blocks) if (logs > 0) writeLogs.run(number, logs);
    if (!undoable && blocks.some(({ changes }) => changes.length > 0)) feedWriter.writeReset(last.number);
    if (views.length > 0 && matching.hasOpenReports()) for (const seq of views) matching.coverBy(seq);
    writeCursor.run(last.number, last.hash);
  });

  const rollback = db.transaction((number: number) => {
    const header = readHeader.get(number);
    if (!header || finalAbove.get(number) !== undefined) throw new NotUndoable({ number });
    const freed = matching.freeAbove(number);
    const removed = feedWriter.removeAbove(number);
    rows.undoAbove(number);
    dropHeadersAbove.run(number);
    dropLogsAbove.run(number);
    writeCursor.run(header.number, header.hash);
    feedWriter.writeReverted(removed, number);
    // A view that stayed may have a unit to spare for a report whose view is gone.
    for (const seq of freed) matching.coverReport(seq);
  });

  const clear = db.transaction(() => {
    for (const table of [...CHAIN_TABLES, ...FOLLOWING_TABLES]) {
      const reportsStay = table === 'streaming_access_logs' ? "WHERE source <> 'reported'" : '';
      db.exec(`DELETE FROM ${table} ${reportsStay}`);
    }
    db.exec(`
      UPDATE streaming_access_logs SET linked_to = NULL WHERE linked_to IS NOT NULL;
      DELETE FROM meta WHERE key IN ('chain_identity', 'indexed_contracts', 'unverified_blocks');
    `);
    feedWriter.writeReset(null);
  });

  const prune = db.transaction((number: number) => {
    dropHeadersBelow.run(number);
    dropUndoBelow.run(number);
  });

  return {
    cursor: async () => readCursor.get() ?? null,
    headerAt: async (number) => readHeader.get(number) ?? null,
    commitBlocks: async (blocks, { undoable }) => commit.immediate(blocks, undoable),
    rollbackTo: async (number) => rollback.immediate(number),
    pruneBelow: async (number) => prune.immediate(number),
    clearChain: async () => clear.immediate(),
    ...chainIdentity(db),
  };
}

/**
 * Blocks must follow the cursor and each other; neighbours must also name each other's hash. The gaps of a
 * backfill are allowed only where the rows are final anyway.
 */
function requireOrder(cursor: BlockRef | null, blocks: readonly IndexedBlock[], undoable: boolean): void {
  let previous = cursor;
  for (const block of blocks) {
    if (previous) {
      const isNeighbour = block.number === previous.number + 1;
      const fits = isNeighbour
        ? block.parentHash === previous.hash
        : !undoable && block.number > previous.number;
      if (!fits) throw new BlocksOutOfOrder({ stored: previous, offered: block });
    }
    previous = block;
  }
}

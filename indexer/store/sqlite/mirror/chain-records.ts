import type Database from 'better-sqlite3';
import { BlocksOutOfOrder, NotUndoable } from '../../errors.ts';
import type { BlockRef, IndexedBlock } from '../../rows.ts';
import type { ChainRecords } from '../../store.ts';
import { transactional } from '../transactional.ts';
import { chainIdentity } from './chain-identity.ts';
import { clearingOf } from './clearing.ts';
import type { FeedWriter } from './feed-writer.ts';
import { ReportMatching } from './report-matching.ts';
import { RowWriter } from './row-writer.ts';

/** The mirror of the chain in SQLite. */
export function chainRecords(db: Database.Database, feedWriter: FeedWriter): ChainRecords {
  const sql = statementsOf(db);
  const rows = new RowWriter(db, feedWriter);
  const matching = new ReportMatching(db, feedWriter);
  const clear = clearingOf(db);

  return {
    cursor: async () => sql.readCursor.get() ?? null,
    headerAt: async (number) => sql.readHeader.get(number) ?? null,

    commitBlocks: transactional(
      db,
      (blocks, { undoable }) => {
        const last = blocks.at(-1);
        if (!last) return;
        requireOrder(sql.readCursor.get() ?? null, blocks, undoable);
        const changed = undoable
          ? blocks
          : [{ number: null, changes: blocks.flatMap(({ changes }) => changes) }];
        const views = changed.flatMap(({ changes, number }) => rows.apply(changes, number));
        for (const block of undoable ? blocks : [last])
          sql.writeHeader.run(block.number, block.hash, undoable ? 1 : 0);
        for (const { number, logs = 0 } of blocks) if (logs > 0) sql.writeLogs.run(number, logs);
        if (!undoable && blocks.some(({ changes }) => changes.length > 0)) feedWriter.writeReset(last.number);
        if (views.length > 0 && matching.hasOpenReports()) for (const seq of views) matching.coverBy(seq);
        matching.dropHints(last.number);
        sql.writeCursor.run(last.number, last.hash);
      },
      () => rows.forget(),
    ),

    rollbackTo: transactional(db, (number) => {
      const header = sql.readHeader.get(number);
      if (!header || sql.finalAbove.get(number) !== undefined) throw new NotUndoable({ number });
      const freed = matching.freeAbove(number);
      const removed = feedWriter.removeAbove(number);
      rows.undoAbove(number);
      sql.dropHeadersAbove.run(number);
      sql.dropLogsAbove.run(number);
      sql.writeCursor.run(header.number, header.hash);
      feedWriter.writeReverted(removed, number);
      // A view that stayed may have a unit to spare for a report whose view is gone.
      for (const seq of freed) matching.coverReport(seq);
    }),

    pruneBelow: transactional(db, (number) => {
      sql.dropHeadersBelow.run(number);
      sql.dropUndoBelow.run(number);
    }),

    clearChain: transactional(db, () => {
      clear();
      feedWriter.writeReset(null);
    }),

    ...chainIdentity(db),
  };
}

function statementsOf(db: Database.Database) {
  return {
    readCursor: db.prepare<[], BlockRef>('SELECT number, hash FROM chain_cursor'),
    writeCursor: db.prepare<[number, string]>(
      `INSERT INTO chain_cursor (one, number, hash) VALUES (1, ?, ?)
        ON CONFLICT (one) DO UPDATE SET number = excluded.number, hash = excluded.hash`,
    ),
    readHeader: db.prepare<[number], BlockRef>('SELECT number, hash FROM headers WHERE number = ?'),
    writeHeader: db.prepare<[number, string, number]>(
      'INSERT INTO headers (number, hash, undoable) VALUES (?, ?, ?)',
    ),
    finalAbove: db.prepare<[number]>('SELECT 1 FROM headers WHERE number > ? AND undoable = 0 LIMIT 1'),
    dropHeadersAbove: db.prepare<[number]>('DELETE FROM headers WHERE number > ?'),
    dropHeadersBelow: db.prepare<[number]>('DELETE FROM headers WHERE number < ?'),
    writeLogs: db.prepare<[number, number]>('INSERT INTO indexed_logs (block_number, logs) VALUES (?, ?)'),
    dropLogsAbove: db.prepare<[number]>('DELETE FROM indexed_logs WHERE block_number > ?'),
    dropUndoBelow: db.prepare<[number]>('DELETE FROM undo_log WHERE block_number < ?'),
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

import type Database from 'better-sqlite3';
import { crashPoint } from '../../lib/crash-point.ts';
import { TAKEN_OVER } from './book/file/take-over.ts';
import type { OwnRows } from './mirror/own-rows.ts';
import type { OwnChanges } from './own-changes.ts';

/**
 * What versions before kept in the mirror's file goes into the book, and then out of the file. A crash between the two loses
 * nothing: the book knows which files it has taken over.
 */
export function handOver(db: Database.Database, book: OwnChanges, own: OwnRows): void {
  const isHere = db
    .prepare<[string], number>("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .pluck();
  const former = () => TAKEN_OVER.filter((table) => isHere.get(table) !== undefined);
  if (former().length === 0) return;
  const name = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'feed'").pluck().get() ?? '';
  const isAll = book.takeOver(name, db);
  crashPoint('book.taken-over');
  db.transaction(() => {
    const tables = former();
    if (tables.length === 0) return; // another process was first
    db.exec('INSERT OR IGNORE INTO taken_down (cid_key) SELECT cid_key FROM takedowns');
    if (isAll) own.adopt();
    for (const table of tables) db.exec(`DROP TABLE ${table}`);
  }).immediate();
}

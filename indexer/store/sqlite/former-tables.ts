import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { crashPoint } from '../../lib/crash-point.ts';
import { TAKEN_OVER } from './book/file/take-over.ts';
import { createMeta } from './meta.ts';
import type { OwnRows } from './mirror/own-rows.ts';
import type { OwnChanges } from './own-changes.ts';

/** How the tables of a version before are named, in the meta of their file. */
const NAME = 'own_tables';

/**
 * What versions before kept in the mirror's file goes into the book, and then out of the file. A crash between the two loses
 * nothing: the book knows which tables it has taken over. They are named by a note in the file that goes with them, so a copy of the file from before, which
 * the version before may have gone on with, is taken over again.
 */
export function handOver(db: Database.Database, book: OwnChanges, own: OwnRows): void {
  const isHere = db
    .prepare<[string], number>("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .pluck();
  const former = () => TAKEN_OVER.filter((table) => isHere.get(table) !== undefined);
  if (former().length === 0) return;
  const isAll = book.takeOver(nameOf(db), db);
  crashPoint('book.taken-over');
  db.transaction(() => {
    const tables = former();
    if (tables.length === 0) return; // another process was first
    db.exec('INSERT OR IGNORE INTO taken_down (cid_key) SELECT cid_key FROM takedowns');
    if (isAll) own.adopt();
    for (const table of tables) db.exec(`DROP TABLE ${table}`);
    db.exec(`DELETE FROM meta WHERE key = '${NAME}'`);
  }).immediate();
}

/** On the disk before anything is taken over under it. */
function nameOf(db: Database.Database): string {
  const meta = createMeta(db);
  return db
    .transaction(() => {
      const name = meta.read<string>(NAME) ?? randomBytes(8).toString('hex');
      meta.write(NAME, name);
      return name;
    })
    .immediate();
}

import type { Book } from '../../book.ts';
import { openDatabase } from '../database.ts';
import { claims } from './claims.ts';
import { BOOK } from './schema.ts';
import { vouchers } from './vouchers.ts';

/**
 * The book in one SQLite file, shared by the host and the scripts of one machine.
 * @param path of the file, made if missing; `:memory:` for none.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteBook({ path }: { path: string }): Book {
  const db = openDatabase(path, BOOK);
  return {
    name: 'sqlite',
    ...vouchers(db),
    ...claims(db),
    ping: async () => void db.pragma('schema_version'),
    close: async () => void db.close(),
  };
}

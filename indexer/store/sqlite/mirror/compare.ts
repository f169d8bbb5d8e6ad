import Database from 'better-sqlite3';
import { CHAIN_TABLES } from '../../rows.ts';

export interface DifferingTable {
  table: string;
  /** Rows that only the first file has, or has otherwise. */
  only: number;
  /** Rows that the first file lacks, or has otherwise. */
  lacks: number;
}

/** The order in which rows came, and what a host has reported beside the chain. */
const NOT_OF_CHAIN: ReadonlySet<string> = new Set(['seq', 'linked_to']);

/** A copy of the records as they stand, of a file that may be in use; the file is not written to. */
export async function copyRecords(path: string, copy: string): Promise<void> {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    await db.backup(copy);
  } finally {
    db.close();
  }
}

/** The tables that mirror the chain in which two files of this version differ. */
export function differingTables(path: string, other: string): DifferingTable[] {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    db.prepare('ATTACH ? AS other').run(other);
    return CHAIN_TABLES.map((table) => {
      const rows = (schema: string) =>
        `SELECT ${columnsOf(db, table)} FROM ${schema}.${table}${ofChain(table)}`;
      const count = (a: string, b: string) =>
        Number(
          db
            .prepare(`SELECT count(*) FROM (${rows(a)} EXCEPT ${rows(b)})`)
            .pluck()
            .get(),
        );
      return { table, only: count('main', 'other'), lacks: count('other', 'main') };
    }).filter(({ only, lacks }) => only + lacks > 0);
  } finally {
    db.close();
  }
}

function columnsOf(db: Database.Database, table: string): string {
  const names = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  return names.filter((name) => !NOT_OF_CHAIN.has(name)).join(', ');
}

function ofChain(table: string): string {
  return table === 'streaming_access_logs' ? " WHERE source <> 'reported'" : '';
}

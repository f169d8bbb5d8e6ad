import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { CHAIN_TABLES, type ChainTable } from '../../rows.ts';

export interface DifferingTable {
  table: string;
  /** Rows that only the first file has, or has otherwise. */
  only: number;
  /** Rows that the first file lacks, or has otherwise. */
  lacks: number;
}

/** A table as text, a row a line, in an order that depends on nothing but the rows. */
export interface TableDump {
  table: ChainTable;
  rows: number;
  /** Of the text, in hex. */
  sha256: string;
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

/** What the tables that mirror the chain hold, of a file of this version. */
export function tableDumps(path: string): TableDump[] {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return CHAIN_TABLES.map((table) => {
      const columns = columnsOf(db, table);
      const lines = db.prepare(`SELECT ${columns} FROM ${table}${ofChain(table)} ORDER BY ${columns}`);
      const hash = createHash('sha256');
      let rows = 0;
      for (const row of lines.raw().safeIntegers().iterate()) {
        hash.update(`${JSON.stringify(row, asText)}\n`);
        rows += 1;
      }
      return { table, rows, sha256: hash.digest('hex') };
    });
  } finally {
    db.close();
  }
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function columnsOf(db: Database.Database, table: string): string {
  const names = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  return names.filter((name) => !NOT_OF_CHAIN.has(name)).join(', ');
}

function ofChain(table: string): string {
  return table === 'streaming_access_logs' ? " WHERE source <> 'reported'" : '';
}

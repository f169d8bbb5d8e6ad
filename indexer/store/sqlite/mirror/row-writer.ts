import type Database from 'better-sqlite3';
import type { ChainTable, RowChange, Value } from '../../rows.ts';
import type { FeedWriter } from './feed-writer.ts';

type Row = Record<string, Value>;
type Statement = Database.Statement<Value[], Row>;

/** Tables of events: a row is inserted once and never overwritten, so a second insert is an error, loudly. */
const EVENT_TABLES: ReadonlySet<ChainTable> = new Set([
  'streaming_access_logs',
  'withdrawals',
  'channel_events',
  'announced_units',
]);

/** Writes row changes, remembering how to take them back. To be called inside the caller's transaction. */
export interface RowWriter {
  /**
   * Applies changes: first every `set` in order, then the sums of every `add`.
   * @param undoBlock remember prior images under this block number, and write the feed; `null` for neither.
   * @returns `seq` of the rows inserted into streaming_access_logs.
   */
  apply(changes: readonly RowChange[], undoBlock: number | null): number[];
  /** Restores what blocks above `number` changed, newest change first. */
  undoAbove(number: number): void;
}

export function createRowWriter(
  db: Database.Database,
  feedWriter: Pick<FeedWriter, 'writeChange' | 'writeCredits'>,
): RowWriter {
  const cache = new Map<string, Statement>();
  const columnsOf = new Map<ChainTable, string[]>();
  const remember = db.prepare(
    'INSERT INTO undo_log (block_number, table_name, row_key, prior) VALUES (?, ?, ?, ?)',
  );
  const remembered = db.prepare<[number], { table_name: string; row_key: string; prior: string | null }>(
    'SELECT table_name, row_key, prior FROM undo_log WHERE block_number > ? ORDER BY seq DESC',
  );
  const forget = db.prepare<[number]>('DELETE FROM undo_log WHERE block_number > ?');

  function statement(table: string, verb: string, columns: readonly string[], sql: () => string): Statement {
    const name = `${table} ${verb} ${columns.join(' ')}`;
    let found = cache.get(name);
    if (!found) {
      found = db.prepare<Value[], Row>(sql());
      cache.set(name, found);
    }
    return found;
  }

  function select(table: string, key: Row, columns: readonly string[]): Row | undefined {
    const keys = Object.keys(key);
    return statement(
      table,
      'select',
      [...keys, ':', ...columns],
      () => `SELECT ${columns.join(', ')} FROM ${table} WHERE ${matches(keys)}`,
    ).get(...bound(key));
  }

  function insert(table: string, row: Row): number {
    const columns = Object.keys(row);
    const sql = () =>
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    return Number(statement(table, 'insert', columns, sql).run(...bound(row)).lastInsertRowid);
  }

  function update(table: string, key: Row, row: Row): boolean {
    const columns = Object.keys(row);
    const keys = Object.keys(key);
    const sql = () =>
      `UPDATE ${table} SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE ${matches(keys)}`;
    return (
      statement(table, 'update', [...columns, ':', ...keys], sql).run(...bound(row), ...bound(key)).changes >
      0
    );
  }

  /** @returns `seq` of a view. */
  function write(table: ChainTable, key: Row, set: Row): number | null {
    if (!EVENT_TABLES.has(table) && update(table, key, set)) return null;
    const seq = insert(table, { ...key, ...set });
    return table === 'streaming_access_logs' ? seq : null;
  }

  function remove(table: string, key: Row): void {
    const keys = Object.keys(key);
    statement(table, 'delete', keys, () => `DELETE FROM ${table} WHERE ${matches(keys)}`).run(...bound(key));
  }

  /** Without generated columns, which can't be written back. */
  function storedColumns(table: ChainTable): string[] {
    let columns = columnsOf.get(table);
    if (!columns) {
      columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      columnsOf.set(table, columns);
    }
    return columns;
  }

  function rememberPrior(table: ChainTable, key: Row, undoBlock: number | null): void {
    if (undoBlock === null) return;
    const prior = EVENT_TABLES.has(table) ? undefined : select(table, key, storedColumns(table));
    remember.run(undoBlock, table, JSON.stringify(key), prior ? JSON.stringify(prior) : null);
  }

  return {
    apply(changes, undoBlock) {
      const views: number[] = [];
      for (const change of changes) {
        const { table, key, set } = change;
        if (!set) continue;
        rememberPrior(table, key, undoBlock);
        const seq = write(table, key, set);
        if (seq !== null) views.push(seq);
        if (undoBlock !== null) feedWriter.writeChange(change, undoBlock, seq);
      }
      const sums = sumsOf(changes);
      for (const { table, key, add } of sums) {
        rememberPrior(table, key, undoBlock);
        const row = select(table, key, Object.keys(add));
        const summed: Row = {};
        for (const [column, value] of Object.entries(add)) {
          summed[column] = String(BigInt(row?.[column] ?? 0) + value);
        }
        if (row) update(table, key, summed);
        else insert(table, { ...key, ...summed });
      }
      if (undoBlock !== null)
        for (const account of creditedApart(changes, sums)) feedWriter.writeCredits(account, undoBlock);
      return views;
    },

    undoAbove(number) {
      for (const { table_name: table, row_key, prior } of remembered.all(number)) {
        const key: Row = JSON.parse(row_key);
        remove(table, key);
        if (prior !== null) insert(table, JSON.parse(prior));
      }
      forget.run(number);
    },
  };
}

interface Sum {
  table: ChainTable;
  key: Row;
  add: Record<string, bigint>;
}

/** One sum for each row however often it is added to: in a backfill a popular wallet's row is written once. */
function sumsOf(changes: readonly RowChange[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { table, key, add } of changes) {
    if (!add) continue;
    const name = `${table} ${Object.values(key).join(' ')}`;
    let sum = sums.get(name);
    if (!sum) {
      sum = { table, key, add: {} };
      sums.set(name, sum);
    }
    for (const [column, value] of Object.entries(add)) sum.add[column] = (sum.add[column] ?? 0n) + value;
  }
  return [...sums.values()];
}

/** Whose credits have changed otherwise than by a view in the feed: the view names those it has paid. */
function creditedApart(changes: readonly RowChange[], sums: readonly Sum[]): Set<string> {
  const accounts = new Set(
    sums.filter(({ table }) => table === 'credits').map(({ key }) => String(key.account)),
  );
  for (const { feedEvent, set } of changes) {
    if (feedEvent !== 'view.recorded') continue;
    accounts.delete(String(set?.creator_wallet));
    accounts.delete(String(set?.provider_wallet));
  }
  return accounts;
}

function matches(columns: readonly string[]): string {
  return columns.map((name) => `${name} = ?`).join(' AND ');
}

/** Money is stored as text: SQLite's integers end at 64 bits. */
function bound(row: Row): Value[] {
  return Object.values(row).map((value) => (typeof value === 'bigint' ? String(value) : value));
}

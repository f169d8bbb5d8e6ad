import type Database from 'better-sqlite3';
import type { ChainTable, RowChange, Value } from '../../rows.ts';
import { createStatementCache } from '../statement-cache.ts';
import { earnedBy } from './earned.ts';
import type { FeedWriter } from './feed-writer.ts';
import { type Row, ViewWriter } from './view-writer.ts';

/** Tables of events: a row is inserted once and never overwritten, so a second insert is an error, loudly. */
const EVENT_TABLES: ReadonlySet<ChainTable> = new Set([
  'streaming_access_logs',
  'withdrawals',
  'channel_events',
  'announced_units',
  'claim_delegates',
]);

/** Writes row changes, remembering how to take them back. To be called inside the caller's transaction. */
export class RowWriter {
  readonly #db: Database.Database;
  readonly #feedWriter: Pick<FeedWriter, 'writeChange' | 'writeCredits'>;
  readonly #prepare: (sql: string) => Database.Statement<Value[], Row>;
  readonly #views: ViewWriter;
  readonly #storedColumns = new Map<ChainTable, string[]>();

  constructor(db: Database.Database, feedWriter: Pick<FeedWriter, 'writeChange' | 'writeCredits'>) {
    this.#db = db;
    this.#feedWriter = feedWriter;
    this.#prepare = createStatementCache<Value[], Row>(db);
    this.#views = new ViewWriter(db);
  }

  /** To be called where the transaction was undone. */
  forget(): void {
    this.#views.forget();
  }

  /**
   * Applies changes: first every `set` in order, then the sums of every `add`.
   * @param undoBlock remember prior images under this block number, and write the feed; `null` for neither.
   * @returns `seq` of the rows inserted into streaming_access_logs.
   */
  apply(changes: readonly RowChange[], undoBlock: number | null): number[] {
    const views: number[] = [];
    for (const change of changes) {
      const { table, key, set } = change;
      if (!set) continue;
      this.#rememberPrior(table, key, undoBlock);
      const seq = this.#write(table, key, set);
      if (seq !== null) views.push(seq);
      if (undoBlock !== null) this.#feedWriter.writeChange(change, undoBlock, seq);
    }
    if (views.length > 0) this.#countViews(changes);
    const sums = sumsOf(changes, earnedBy(changes));
    for (const sum of sums) this.#add(sum, undoBlock);
    if (undoBlock === null) return views;
    for (const account of creditedApart(changes, sums)) this.#feedWriter.writeCredits(account, undoBlock);
    return views;
  }

  /** Restores what blocks above `number` changed, newest change first. */
  undoAbove(number: number): void {
    const remembered = this.#prepare(
      'SELECT table_name, row_key, prior FROM undo_log WHERE block_number > ? ORDER BY seq DESC',
    ) as Database.Statement<Value[], { table_name: ChainTable; row_key: string; prior: string | null }>;
    for (const { table_name: table, row_key, prior } of remembered.all(number)) {
      const key: Row = JSON.parse(row_key);
      // What views look like is a view itself.
      const stored = table === 'streaming_access_logs' ? 'views' : table;
      this.#prepare(`DELETE FROM ${stored} WHERE ${matches(key)}`).run(...bound(key));
      if (prior !== null) this.#insert(table, JSON.parse(prior));
    }
    this.#prepare('DELETE FROM undo_log WHERE block_number > ?').run(number);
  }

  /** A trigger would do so row by row, which takes longer than writing them; it counts them where they are undone. */
  #countViews(changes: readonly RowChange[]): void {
    const counts = new Map<string, { set: Row; views: number }>();
    for (const { table, set } of changes) {
      if (table !== 'streaming_access_logs' || !set) continue;
      const name = `${set.contract} ${set.content_id}`;
      const count = counts.get(name);
      if (count) count.views += 1;
      else counts.set(name, { set, views: 1 });
    }
    const count = this.#prepare(
      'UPDATE content_metadata SET views = views + ? WHERE contract = ? AND content_id = ?',
    );
    for (const { set, views } of counts.values())
      count.run(views, set.contract ?? null, set.content_id ?? null);
  }

  /** @returns `seq` of a view. */
  #write(table: ChainTable, key: Row, set: Row): number | null {
    if (table === 'streaming_access_logs') return this.#views.write(key, set);
    if (EVENT_TABLES.has(table) || !this.#update(table, key, set)) this.#insert(table, { ...key, ...set });
    return null;
  }

  #add({ table, key, add }: Sum, undoBlock: number | null): void {
    this.#rememberPrior(table, key, undoBlock);
    const row = this.#select(table, key, Object.keys(add));
    const summed: Row = {};
    for (const [column, value] of Object.entries(add)) {
      summed[column] = String(BigInt(row?.[column] ?? 0) + value);
    }
    if (row) this.#update(table, key, summed);
    else this.#insert(table, { ...key, ...summed });
  }

  #rememberPrior(table: ChainTable, key: Row, undoBlock: number | null): void {
    if (undoBlock === null) return;
    const prior = EVENT_TABLES.has(table) ? undefined : this.#select(table, key, this.#columnsOf(table));
    this.#prepare('INSERT INTO undo_log (block_number, table_name, row_key, prior) VALUES (?, ?, ?, ?)').run(
      ...[undoBlock, table, JSON.stringify(key), prior ? JSON.stringify(prior) : null],
    );
  }

  /** Without generated columns, which can't be written back. */
  #columnsOf(table: ChainTable): string[] {
    const found = this.#storedColumns.get(table);
    if (found) return found;
    const names = this.#db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
    const columns = names.all(table);
    this.#storedColumns.set(table, columns);
    return columns;
  }

  #select(table: ChainTable, key: Row, columns: readonly string[]): Row | undefined {
    return this.#prepare(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${matches(key)}`).get(
      ...bound(key),
    );
  }

  #insert(table: ChainTable, row: Row): void {
    const columns = Object.keys(row);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    this.#prepare(sql).run(...bound(row));
  }

  #update(table: ChainTable, key: Row, row: Row): boolean {
    const assigned = Object.keys(row).map((name) => `${name} = ?`);
    const sql = `UPDATE ${table} SET ${assigned.join(', ')} WHERE ${matches(key)}`;
    return this.#prepare(sql).run(...bound(row), ...bound(key)).changes > 0;
  }
}

interface Sum {
  table: ChainTable;
  key: Row;
  add: Record<string, bigint>;
}

/** One sum for each row however often it is added to: in a backfill a popular wallet's row is written once. */
function sumsOf(...lists: (readonly RowChange[])[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { table, key, add } of lists.flat()) {
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

function matches(key: Row): string {
  return Object.keys(key)
    .map((name) => `${name} = ?`)
    .join(' AND ');
}

/** Money is stored as text: SQLite's integers end at 64 bits. */
function bound(row: Row): Value[] {
  return Object.values(row).map((value) => (typeof value === 'bigint' ? String(value) : value));
}

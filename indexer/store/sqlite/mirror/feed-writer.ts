import type Database from 'better-sqlite3';
import type { RowChange, Value } from '../../rows.ts';

/** So many entries of the feed are kept; older ones become one `reset`. */
const KEPT = 100_000;
/** For caches alone; the account stands in `data`. */
export const CREDITS_CHANGED = 'credits.changed';

/** Writes the feed. To be called inside the transaction of the change itself. */
export interface FeedWriter {
  /**
   * Writes the `feedEvent` of a change that was just applied, by a block that can be undone.
   * @param seq of the row inserted, if it is a view.
   */
  writeChange(change: RowChange, block: number, seq: number | null): void;
  /** By this block the contract owes the account more or less, and no view in the feed says so. */
  writeCredits(account: string, block: number): void;
  /** The history shows the report in row `seq` from now on. */
  writeReport(seq: number): void;
  /** The on-chain view in row `view` covers the report in row `report`. */
  writeCovered(view: number, report: number): void;
  /** Before the blocks above are undone: removes their entries. @returns them. */
  removeAbove(block: number): UndoneEntry[];
  /** After they were undone down to `block`: writes what is void, and what stands there now. */
  writeReverted(entries: readonly UndoneEntry[], block: number): void;
  /** All entries before are worth nothing. @param block as of which the records stand, `null` for none. */
  writeReset(block: number | null): void;
}

/** An entry of a block that was undone. */
export interface UndoneEntry {
  event: string;
  /** Of a view. */
  id: string | null;
  /** Of a stream or content: its row as it was then; of credits: the account. */
  data: string | null;
  cid_key: string | null;
  creator: string | null;
  provider: string | null;
  viewer: string | null;
}

type Row = Record<string, Value>;

/** Rows whose entries hold a copy, and what names one. */
const KEYS = {
  streams: ['contract', 'content_id', 'provider'],
  content_metadata: ['contract', 'content_id'],
} as const;
type CopiedTable = keyof typeof KEYS;

export function createFeedWriter(db: Database.Database, kept = KEPT): FeedWriter {
  const insert = db.prepare<Value[]>(
    'INSERT INTO feed (event, block_number, view_seq, data, cid_key, creator, provider, viewer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const rowOf = {
    streams: selectRow(db, 'streams'),
    content_metadata: selectRow(db, 'content_metadata'),
  };
  const blockOf = db
    .prepare<[number], number>('SELECT block_number FROM streaming_access_logs WHERE seq = ?')
    .pluck();
  const refOf = db.prepare<[number], string>('SELECT ref FROM streaming_access_logs WHERE seq = ?').pluck();
  const entriesAbove = db.prepare<[number], UndoneEntry>(
    `SELECT event, view.id, data, coalesce(feed.cid_key, view.cid_key) AS cid_key,
        coalesce(feed.creator, view.creator_wallet) AS creator,
        coalesce(feed.provider, view.provider_wallet) AS provider, view.blockchain_address AS viewer
      FROM feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq
      WHERE feed.block_number > ? ORDER BY feed.seq DESC`,
  );
  const forgetAbove = db.prepare<[number]>('DELETE FROM feed WHERE block_number > ?');
  const forgetBefore = db.prepare<[number]>('DELETE FROM feed WHERE seq < ?');
  const newestUpTo = db.prepare<[number], number>('SELECT max(seq) FROM feed WHERE seq <= ?').pluck();
  const turnIntoReset = db.prepare<{ seq: number }>(
    `UPDATE feed SET event = 'reset', view_seq = NULL, data = NULL, cid_key = NULL, creator = NULL,
        provider = NULL, viewer = NULL, block_number = (SELECT max(block_number) FROM feed WHERE seq <= @seq)
      WHERE seq = @seq`,
  );
  const pruneEvery = Math.min(1_000, kept);

  function append(...entry: Value[]): number {
    const seq = Number(insert.run(...entry).lastInsertRowid);
    if (seq % pruneEvery === 0) prune(seq - kept);
    return seq;
  }

  /** The reset remembers the newest block it stands for: once that one is undone, only another reset can say so. */
  function prune(upTo: number): void {
    const seq = newestUpTo.get(upTo);
    if (typeof seq !== 'number') return;
    turnIntoReset.run({ seq });
    forgetBefore.run(seq);
  }

  function writeCopy(event: string, block: number, table: CopiedTable, key: Row): void {
    const row = rowOf[table].get(...KEYS[table].map((name) => key[name] ?? null));
    if (!row) throw new Error(`${event}: there is no such row in ${table}`);
    const creator = row.creator ?? row.content_creator_wallet ?? null;
    append(event, block, null, JSON.stringify(row), row.cid_key ?? null, creator, row.provider ?? null, null);
  }

  function writeReset(block: number | null): void {
    forgetBefore.run(append('reset', block, null, null, null, null, null, null));
  }

  /** `null` for what goes with something else that is void. */
  function revertedOf({ event, id, data }: UndoneEntry): { name: string; reverted: object } | null {
    if (event === 'view.recorded') return { name: String(id), reverted: { kind: 'view', id } };
    if (data === null || event === 'view.covered' || event === CREDITS_CHANGED) return null;
    const table = event.startsWith('stream.') ? 'streams' : 'content_metadata';
    const key = keyOf(table, JSON.parse(data));
    const row = rowOf[table].get(...Object.values(key)) ?? null;
    const kind = table === 'streams' ? 'stream' : 'content';
    return { name: `${kind} ${Object.values(key).join(' ')}`, reverted: { kind, ...key, row } };
  }

  return {
    writeChange({ feedEvent: event, table, key }, block, seq) {
      if (event === undefined) return;
      if (seq !== null) append(event, block, seq, null, null, null, null, null);
      else if (isCopied(table)) writeCopy(event, block, table, key);
    },
    writeCredits(account, block) {
      append(CREDITS_CHANGED, block, null, account, null, null, null, null);
    },
    writeReport(seq) {
      append('view.recorded', null, seq, null, null, null, null, null);
    },
    writeCovered(view, report) {
      const block = blockOf.get(view) ?? null;
      append('view.covered', block, view, refOf.get(report) ?? null, null, null, null, null);
    },
    removeAbove(block) {
      const removed = entriesAbove.all(block);
      forgetAbove.run(block);
      return removed;
    },
    writeReverted(entries, block) {
      if (entries.some(({ event }) => event === 'reset')) return writeReset(block);
      const names = new Set<string>();
      const accounts = new Set(
        entries.filter(({ event }) => event === CREDITS_CHANGED).map(({ data }) => data),
      );
      for (const account of accounts) append(CREDITS_CHANGED, null, null, account, null, null, null, null);
      for (const each of entries) {
        const found = revertedOf(each);
        if (found === null || names.has(found.name)) continue;
        names.add(found.name);
        const { cid_key, creator, provider, viewer } = each;
        append('reverted', null, null, JSON.stringify(found.reverted), cid_key, creator, provider, viewer);
      }
    },
    writeReset,
  };
}

function selectRow(db: Database.Database, table: CopiedTable): Database.Statement<Value[], Row> {
  const condition = KEYS[table].map((name) => `${name} = ?`).join(' AND ');
  return db.prepare<Value[], Row>(`SELECT * FROM ${table} WHERE ${condition}`);
}

function keyOf(table: CopiedTable, row: Row): Row {
  return Object.fromEntries(KEYS[table].map((name) => [name, row[name] ?? null]));
}

function isCopied(table: string): table is CopiedTable {
  return Object.hasOwn(KEYS, table);
}

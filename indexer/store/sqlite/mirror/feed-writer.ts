import type Database from 'better-sqlite3';
import type { UploadProgress } from '../../book.ts';
import type { RowChange, Value } from '../../rows.ts';
import type { Concerns } from '../../store.ts';

/** So many entries of the feed are kept; older ones become one `reset`. */
const MAX_ENTRIES = 100_000;
/** For caches alone; the account stands in `data`. */
export const CREDITS_CHANGED = 'credits.changed';
/** For caches alone: whether this host shows the content. */
export const SHOWN_CHANGED = 'content.shown';

/** An entry as it is stored; a view is told by reference, a stream or content by a copy of its row (`data`). */
interface StoredEntry extends Partial<Record<keyof Concerns, Value>> {
  event: string;
  block?: number | null;
  viewSeq?: number | null;
  data?: string | null;
}

/** An entry of a block that was undone. */
export interface UndoneEntry extends Concerns {
  event: string;
  /** Of a view. */
  id: string | null;
  /** Of a stream or content: its row as it was then; of credits: the account. */
  data: string | null;
}

type Row = Record<string, Value>;

/** Rows whose entries hold a copy, and what names one. */
const KEYS = {
  streams: ['contract', 'content_id', 'provider'],
  content_metadata: ['contract', 'content_id'],
} as const;
type CopiedTable = keyof typeof KEYS;

/** Writes the feed. To be called inside the transaction of the change itself. */
export class FeedWriter {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #maxEntries: number;
  readonly #pruneEvery: number;

  constructor(db: Database.Database, maxEntries = MAX_ENTRIES) {
    this.#sql = statementsOf(db);
    this.#maxEntries = maxEntries;
    this.#pruneEvery = Math.min(1_000, maxEntries);
  }

  /**
   * Writes the `feedEvent` of a change that was just applied, by a block that can be undone.
   * @param seq of the row inserted, if it is a view.
   */
  writeChange({ feedEvent: event, table, key }: RowChange, block: number, seq: number | null): void {
    if (event === undefined) return;
    if (seq !== null) this.#append({ event, block, viewSeq: seq });
    else if (isCopied(table)) this.#appendCopy(event, block, table, key);
  }

  /** By this block the contract owes the account more or less, and no view in the feed says so. */
  writeCredits(account: string | null, block: number | null): void {
    this.#append({ event: CREDITS_CHANGED, block, data: account });
  }

  /** This host shows the content again, or no more. */
  writeShown(cidKey: string): void {
    this.#append({ event: SHOWN_CHANGED, cidKey });
  }

  /** So far it is packaged. @param owner in lower case. */
  writeUpload({ owner, ...upload }: UploadProgress & { owner: string }): void {
    this.#append({ event: 'upload.progress', creator: owner, data: JSON.stringify(upload) });
  }

  /** The history shows the report in row `seq` from now on. */
  writeReport(seq: number): void {
    this.#append({ event: 'view.recorded', viewSeq: seq });
  }

  /** The on-chain view in row `view` covers the report in row `report`. */
  writeCovered(view: number, report: number): void {
    const [block, data] = [this.#sql.blockOf.get(view), this.#sql.refOf.get(report)];
    this.#append({ event: 'view.covered', block: block ?? null, viewSeq: view, data: data ?? null });
  }

  /** Before the blocks above are undone: removes their entries. @returns them. */
  removeAbove(block: number): UndoneEntry[] {
    const removed = this.#sql.entriesAbove.all(block);
    this.#sql.forgetAbove.run(block);
    return removed;
  }

  /** After they were undone down to `block`: writes what is void, and what stands there now. */
  writeReverted(entries: readonly UndoneEntry[], block: number): void {
    if (entries.some(({ event }) => event === 'reset')) {
      this.writeReset(block);
      return;
    }
    const credits = entries.filter(({ event }) => event === CREDITS_CHANGED);
    for (const account of new Set(credits.map(({ data }) => data))) this.writeCredits(account, null);
    const names = new Set<string>();
    for (const entry of entries) {
      const found = this.#reversalOf(entry);
      if (found === null || names.has(found.name)) continue;
      names.add(found.name);
      const { cidKey, creator, provider, viewer } = entry;
      const data = JSON.stringify(found.reversal);
      this.#append({ event: 'reverted', data, cidKey, creator, provider, viewer });
    }
  }

  /** All entries before are worth nothing. @param block as of which the records stand, `null` for none. */
  writeReset(block: number | null): void {
    this.#sql.forgetBefore.run(this.#append({ event: 'reset', block }));
  }

  #append(entry: StoredEntry): number {
    const seq = Number(this.#sql.insert.run({ ...NOTHING, ...NOBODY, ...entry }).lastInsertRowid);
    if (seq % this.#pruneEvery === 0) this.#prune(seq - this.#maxEntries);
    return seq;
  }

  /** The reset remembers the newest block it stands for: once that one is undone, only another reset can say so. */
  #prune(upTo: number): void {
    const seq = this.#sql.newestUpTo.get(upTo);
    if (typeof seq !== 'number') return;
    this.#sql.turnIntoReset.run({ seq });
    this.#sql.forgetBefore.run(seq);
  }

  #appendCopy(event: string, block: number, table: CopiedTable, key: Row): void {
    const row = this.#sql.rowOf[table].get(...KEYS[table].map((name) => key[name] ?? null));
    if (!row) throw new Error(`${event}: there is no such row in ${table}`);
    const { cid_key: cidKey = null, provider = null, creator = row.content_creator_wallet ?? null } = row;
    this.#append({ event, block, data: JSON.stringify(row), cidKey, creator, provider });
  }

  /** `null` for what goes with something else that is void. */
  #reversalOf({ event, id, data }: UndoneEntry): { name: string; reversal: object } | null {
    if (event === 'view.recorded') return { name: String(id), reversal: { kind: 'view', id } };
    if (data === null || event === 'view.covered' || event === CREDITS_CHANGED) return null;
    const table = event.startsWith('stream.') ? 'streams' : 'content_metadata';
    const stored: Row = JSON.parse(data);
    const key = Object.fromEntries(KEYS[table].map((name) => [name, stored[name] ?? null]));
    const row = this.#sql.rowOf[table].get(...Object.values(key)) ?? null;
    const kind = table === 'streams' ? 'stream' : 'content';
    return { name: `${kind} ${Object.values(key).join(' ')}`, reversal: { kind, ...key, row } };
  }
}

const NOTHING = { block: null, viewSeq: null, data: null };
const NOBODY = { cidKey: null, creator: null, provider: null, viewer: null };

function statementsOf(db: Database.Database) {
  return {
    insert: db.prepare<[StoredEntry]>(
      `INSERT INTO feed (event, block_number, view_seq, data, cid_key, creator, provider, viewer)
        VALUES (@event, @block, @viewSeq, @data, @cidKey, @creator, @provider, @viewer)`,
    ),
    rowOf: { streams: selectRow(db, 'streams'), content_metadata: selectRow(db, 'content_metadata') },
    blockOf: db
      .prepare<[number], number>('SELECT block_number FROM streaming_access_logs WHERE seq = ?')
      .pluck(),
    refOf: db.prepare<[number], string>('SELECT ref FROM streaming_access_logs WHERE seq = ?').pluck(),
    entriesAbove: db.prepare<[number], UndoneEntry>(
      `SELECT event, view.id, data, coalesce(feed.cid_key, view.cid_key) AS cidKey,
          coalesce(feed.creator, view.creator_wallet) AS creator,
          coalesce(feed.provider, view.provider_wallet) AS provider, view.blockchain_address AS viewer
        FROM feed LEFT JOIN streaming_access_logs view ON view.seq = view_seq
        WHERE feed.block_number > ? ORDER BY feed.seq DESC`,
    ),
    forgetAbove: db.prepare<[number]>('DELETE FROM feed WHERE block_number > ?'),
    forgetBefore: db.prepare<[number]>('DELETE FROM feed WHERE seq < ?'),
    newestUpTo: db.prepare<[number], number>('SELECT max(seq) FROM feed WHERE seq <= ?').pluck(),
    turnIntoReset: db.prepare<{ seq: number }>(
      `UPDATE feed SET event = 'reset', view_seq = NULL, data = NULL, cid_key = NULL, creator = NULL,
          provider = NULL, viewer = NULL, block_number = (SELECT max(block_number) FROM feed WHERE seq <= @seq)
        WHERE seq = @seq`,
    ),
  };
}

function selectRow(db: Database.Database, table: CopiedTable): Database.Statement<Value[], Row> {
  const condition = KEYS[table].map((name) => `${name} = ?`).join(' AND ');
  return db.prepare<Value[], Row>(`SELECT * FROM ${table} WHERE ${condition}`);
}

function isCopied(table: string): table is CopiedTable {
  return Object.hasOwn(KEYS, table);
}

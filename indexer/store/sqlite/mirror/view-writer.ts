import type Database from 'better-sqlite3';
import type { Value } from '../../rows.ts';
import { createNumbering, packed } from '../names.ts';
import { SOURCES as VIEW_SOURCES } from '../queries/stored-view.ts';

export type Row = Record<string, Value>;

const SOURCES: readonly string[] = VIEW_SOURCES;
const COLUMNS = [
  ...['source', 'contract', 'content_id', 'cid', 'cid_key', 'blockchain_address', 'provider_wallet'],
  ...['creator_wallet', 'token', 'payer', 'price', 'units', 'amount', 'creator_amount', 'provider_amount'],
  ...['attributed', 'timestamp', 'tx_hash', 'block_number', 'block_hash', 'log_index', 'item', 'ref'],
];
/** Names that are kept at hand: one miss is one look-up. */
const MAX_KEPT = 200_000;
/** From here on some amounts are more than 64 bits. */
const MIN_TEXT = 10n ** 18n;

/** Writes views of the chain as compact rows. To be called inside the caller's transaction. */
export class ViewWriter {
  readonly #insert: Database.Statement<unknown[]>;
  readonly #number: (name: string) => number;
  readonly #numbers = new Map<string, number>();

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO views (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
    );
    this.#number = createNumbering(db);
  }

  /** To be called where the transaction was undone: numbers that it gave are free again. */
  forget(): void {
    this.#numbers.clear();
  }

  /** @returns its `seq`. */
  write(key: Row, set: Row): number {
    if (this.#numbers.size > MAX_KEPT) this.forget();
    const { lastInsertRowid } = this.#insert.run(
      SOURCES.indexOf(String(set.source)),
      this.#numberOf(set.contract),
      this.#numberOf(set.content_id),
      this.#numberOf(set.cid),
      this.#numberOf(set.cid_key),
      this.#numberOf(set.blockchain_address),
      this.#numberOf(set.provider_wallet),
      this.#numberOf(set.creator_wallet),
      this.#numberOf(set.token),
      this.#numberOf(set.payer),
      moneyOf(set.price),
      set.units,
      moneyOf(set.amount),
      moneyOf(set.creator_amount),
      moneyOf(set.provider_amount),
      set.attributed,
      set.timestamp,
      packedOrNull(set.tx_hash),
      key.block_number,
      packedOrNull(set.block_hash),
      key.log_index,
      key.item,
      packedOrNull(set.ref),
    );
    return Number(lastInsertRowid);
  }

  #numberOf(name: Value | undefined): number | null {
    if (typeof name !== 'string') return null;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#number(name);
    this.#numbers.set(name, number);
    return number;
  }
}

function packedOrNull(text: Value | undefined): string | Buffer | null {
  return typeof text === 'string' ? packed(text) : null;
}

/** Money that fits into 64 bits takes as few bytes as it needs. */
export function moneyOf(amount: Value | undefined): Value {
  if (typeof amount !== 'bigint') return amount ?? null;
  return amount < MIN_TEXT ? amount : String(amount);
}

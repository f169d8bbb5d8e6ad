import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { isCode } from '../../lib/errors.ts';
import type { MediaKind } from '../storage.ts';

const BUSY_TIMEOUT_MS = 10_000;
/** Rows written before others have their turn. */
const ROWS_AT_ONCE = 2_000;
/** So many bytes of a hash lead to its block; whoever finds it compares the rest. */
const PREFIX_BYTES = 6;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    complete INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS blocks (
    prefix INTEGER NOT NULL,
    object INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (prefix, object, place)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS links (
    directory INTEGER NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (directory, file)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS links_by_file ON links (file);
`;

/** A file or a directory that lies here. */
export interface IndexedObject {
  id: number;
  cid: string;
  kind: MediaKind;
  sizeBytes: number;
}

/** An object, and where in it a block may be. */
export type Holder = IndexedObject & { place: number };

/** Where in its object a block is: its number in a file's tree, where it begins in a directory's nodes. */
export interface BlockPlace {
  digest: Uint8Array;
  place: number;
}

/**
 * Which object holds a block, and which directory needs a file. All of it follows from what lies in the folder: what is
 * lost or behind is made anew at the start, so that nothing here is flushed.
 */
export class BlockIndex {
  readonly #db: Database.Database;
  readonly #get: Database.Statement<[string], IndexedObject>;
  readonly #nextHolder: Database.Statement<[number, number, number], Holder>;
  readonly #directoriesOf: Database.Statement<[string], string>;
  readonly #insertBlock: Database.Statement<[number, number, number]>;
  readonly #deleteBlock: Database.Statement<[number, number, number]>;

  constructor(path: string) {
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    this.#db = db;
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(SCHEMA);
    const object = 'objects.id, objects.cid, objects.kind, objects.size_bytes AS sizeBytes';
    this.#get = db.prepare(`SELECT ${object} FROM objects WHERE cid = ? AND complete`);
    this.#nextHolder = db.prepare(
      `SELECT ${object}, blocks.place FROM blocks JOIN objects ON objects.id = blocks.object
       WHERE blocks.prefix = ? AND (blocks.object, blocks.place) > (?, ?) AND objects.complete
       ORDER BY blocks.object, blocks.place LIMIT 1`,
    );
    this.#directoriesOf = db
      .prepare<[string], string>(
        `SELECT objects.cid FROM links JOIN objects ON objects.id = links.directory
         WHERE links.file = ? AND objects.complete ORDER BY objects.cid`,
      )
      .pluck();
    this.#insertBlock = db.prepare('INSERT OR IGNORE INTO blocks (prefix, object, place) VALUES (?, ?, ?)');
    this.#deleteBlock = db.prepare('DELETE FROM blocks WHERE prefix = ? AND object = ? AND place = ?');
  }

  get(cid: string): IndexedObject | null {
    return this.#get.get(cid) ?? null;
  }

  /** CIDs of all that is in the index. */
  cids(): string[] {
    return this.#db.prepare<[], string>('SELECT cid FROM objects WHERE complete').pluck().all();
  }

  /**
   * Where a block with this hash may be, one after the other: only the first bytes of the hash are known here, and some
   * blocks are in thousands of files, or in one thousands of times.
   * @param after the one before; without a place the object is done with.
   */
  nextHolder(digest: Uint8Array, after?: { id: number; place?: number }): Holder | null {
    const { id = 0, place = Number.MAX_SAFE_INTEGER } = after ?? {};
    return this.#nextHolder.get(prefixOf(digest), id, place) ?? null;
  }

  /** Directories that have the file below them. */
  directoriesOf(cid: string): string[] {
    return this.#directoriesOf.all(cid);
  }

  filesOf(directory: IndexedObject): string[] {
    const files = this.#db.prepare<[number], string>('SELECT file FROM links WHERE directory = ?');
    return files.pluck().all(directory.id);
  }

  /** @param files that a directory has below it */
  async add(
    { cid, kind, sizeBytes }: Omit<IndexedObject, 'id'>,
    blocks: Iterable<BlockPlace>,
    files: Iterable<string> = [],
  ): Promise<void> {
    if (this.get(cid)) return;
    const begin = this.#db.prepare(
      `INSERT INTO objects (cid, kind, size_bytes, complete) VALUES (?, ?, ?, 0)
       ON CONFLICT (cid) DO UPDATE SET kind = excluded.kind, size_bytes = excluded.size_bytes
       RETURNING id`,
    );
    const id = begin.pluck().get(cid, kind, sizeBytes) as number;
    await this.#eachBlock(blocks, ({ digest, place }) => this.#insertBlock.run(prefixOf(digest), id, place));
    const link = this.#db.prepare('INSERT OR IGNORE INTO links (directory, file) VALUES (?, ?)');
    this.#db.transaction(() => {
      for (const file of files) link.run(id, file);
      this.#db.prepare('UPDATE objects SET complete = 1 WHERE id = ?').run(id);
    })();
  }

  /** @param blocks all that the object has, where that is known: else they are searched for. */
  async remove({ id }: IndexedObject, blocks: Iterable<BlockPlace> | null): Promise<void> {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM links WHERE directory = ?').run(id);
      this.#db.prepare('DELETE FROM objects WHERE id = ?').run(id);
    })();
    if (blocks === null) this.#db.prepare('DELETE FROM blocks WHERE object = ?').run(id);
    else
      await this.#eachBlock(blocks, ({ digest, place }) =>
        this.#deleteBlock.run(prefixOf(digest), id, place),
      );
  }

  close(): void {
    this.#db.close();
  }

  async #eachBlock(blocks: Iterable<BlockPlace>, work: (block: BlockPlace) => void): Promise<void> {
    const iterator = blocks[Symbol.iterator]();
    for (let left = true; left; ) {
      const batch = [...take(iterator, ROWS_AT_ONCE)];
      this.#db.transaction(() => {
        for (const block of batch) work(block);
      })();
      left = batch.length === ROWS_AT_ONCE;
      if (left) await setImmediate();
    }
  }
}

/** An index that can't be used is made anew: it holds nothing that does not lie in the folder. */
export async function openIndex(path: string): Promise<BlockIndex> {
  try {
    return new BlockIndex(path);
  } catch (error) {
    if (!isCode(error, 'SQLITE_NOTADB') && !isCode(error, 'SQLITE_CORRUPT')) throw error;
    for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
    return new BlockIndex(path);
  }
}

function* take<T>(iterator: Iterator<T>, max: number): Generator<T> {
  for (let count = 0; count < max; count += 1) {
    const next = iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

function prefixOf(digest: Uint8Array): number {
  return Buffer.from(digest.buffer, digest.byteOffset, PREFIX_BYTES).readUIntBE(0, PREFIX_BYTES);
}

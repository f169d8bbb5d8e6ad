import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { errorWith } from '../../../../lib/errors.ts';
import type { ChainIdentity } from '../../../rows.ts';
import { openDatabase } from '../../database.ts';
import { createMeta, readMeta } from '../../meta.ts';
import { BOOK } from '../schema.ts';

const IDENTITY = 'chain_identity';

/** The book is of another chain and can't be put aside now. */
export class BookNotMoved extends errorWith<{ path: string; why: string }>(
  ({ path, why }) => `${path} is of another chain, and ${why}.`,
) {}

/** Of a book or of records; `null` where that can't be read. */
export function chainIn(path: string): ChainIdentity | null {
  return readMeta(path, IDENTITY);
}

export function chainOf(db: Database.Database): ChainIdentity | null {
  return createMeta(db).read(IDENTITY);
}

/**
 * Sees to it that the file is of the chain: a book of another one is kept aside under that one's name, and the one that was
 * kept aside for this one is taken back. To be called before any process has it open.
 * @returns where the former book is now, if it was moved. @throws {BookNotMoved}, {NewerDatabase}
 */
export function bringBookOf(chain: ChainIdentity, path: string): string | null {
  const movedTo = existsSync(path) ? putAside(chain, path) : null;
  const kept = nameOf(chain, path);
  if (!existsSync(path) && existsSync(kept)) renameSync(kept, path);
  markAs(chain, path);
  return movedTo;
}

function putAside(chain: ChainIdentity, path: string): string | null {
  const own = read(path);
  if (own === null || isSameChain(own, chain)) return null;
  const name = nameOf(own, path);
  if (existsSync(name)) throw new BookNotMoved({ path, why: `${name} is there already` });
  // What stands in the log would be lost with it.
  if (existsSync(`${path}-wal`)) throw new BookNotMoved({ path, why: 'another process has it open' });
  renameSync(path, name);
  return name;
}

function read(path: string): ChainIdentity | null {
  const db = openDatabase(path, BOOK);
  try {
    return chainOf(db);
  } finally {
    db.close();
  }
}

function markAs(chain: ChainIdentity, path: string): void {
  const db = openDatabase(path, BOOK);
  try {
    if (chainOf(db) === null) createMeta(db).write(IDENTITY, chain);
  } finally {
    db.close();
  }
}

/** `book.11155111-25a5cc10.sqlite`: the number of the chain, and how its first block is called. */
function nameOf({ chainId, genesisHash }: ChainIdentity, path: string): string {
  return join(dirname(path), `book.${chainId}-${genesisHash.slice(2, 10)}.sqlite`);
}

export function isSameChain(one: ChainIdentity, other: ChainIdentity): boolean {
  return one.chainId === other.chainId && one.genesisHash === other.genesisHash;
}

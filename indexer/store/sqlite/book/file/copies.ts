import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncFolder } from '../../../../lib/durable-file.ts';
import { BaseError, errorWith } from '../../../../lib/errors.ts';
import type { ChainIdentity } from '../../../rows.ts';
import { DamagedDatabase, isDamage, openDatabase } from '../../database.ts';
import { createMeta } from '../../meta.ts';
import { NewerDatabase } from '../../migrate.ts';
import { PUT_BACK_AT } from '../releases.ts';
import { APPLICATION_ID, BOOK } from '../schema.ts';
import { chainOf } from './of-chain.ts';

/** What stands in the file is another database, or none. */
export class NoBook extends errorWith<{ path: string }>(({ path }) => `${path} is no book of a host`) {}

/** A file would be lost. */
export class FileExists extends errorWith<{ path: string }>(
  ({ path }) => `${path} exists already, and is not overwritten`,
) {}

/** Somebody else reads and writes the book. */
export class BookInUse extends BaseError {}

/** What a copy is of. */
export interface BookCopy {
  /** `null`: no host has opened it yet. */
  chain: ChainIdentity | null;
  reports: number;
  vouchers: number;
  secrets: number;
}

const UNFINISHED = '.new';

/**
 * Copies a book as it is at one moment, also while others write to it, to a file for its owner alone.
 * @throws {FileExists}, {NoBook}, {NewerDatabase}, {DamagedDatabase}
 */
export async function copyBook(path: string, to: string): Promise<void> {
  if (existsSync(to)) throw new FileExists({ path: to });
  const unfinished = await writeCopy(path, to);
  try {
    inspectBook(unfinished);
    await settle(unfinished, to);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Puts a copy in the place of the book. No process may have the book open.
 * @param aside where the present book is kept. @throws as `copyBook`, {BookInUse}
 */
export async function putBookBack(copy: string, path: string, aside: string): Promise<void> {
  const unfinished = await writeCopy(copy, path);
  try {
    // The mirror takes it for another book: whatever it shows of the present one is made anew.
    const db = new Database(unfinished);
    const meta = createMeta(db);
    meta.write('id', randomBytes(8).toString('hex'));
    // What was signed for since the copy it does not know.
    meta.write(PUT_BACK_AT, Math.floor(Date.now() / 1000));
    db.close();
    if (existsSync(path)) await keepAside(path, aside);
    await settle(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** A damaged one, too. @throws {BookInUse} */
async function keepAside(path: string, aside: string): Promise<void> {
  try {
    openDatabase(path, BOOK).close(); // writes its log into the file, or drops it
  } catch (error) {
    if (!(error instanceof DamagedDatabase)) throw error;
  }
  // It would be laid over whatever takes the place of the file.
  if (existsSync(`${path}-wal`)) throw new BookInUse(`${path} is open in another process`);
  copyFileSync(path, aside, constants.COPYFILE_EXCL);
  await settle(aside, aside);
}

/** Reads the whole file. @throws {NoBook}, {NewerDatabase}, {DamagedDatabase} */
export function inspectBook(path: string): BookCopy {
  const db = openCopy(path);
  try {
    const [check] = db.pragma('integrity_check') as [{ integrity_check: string }];
    if (check.integrity_check !== 'ok') throw new DamagedDatabase({ path });
    const found = Number(db.pragma('user_version', { simple: true }));
    const known = BOOK.steps.length;
    if (found > known) throw new NewerDatabase({ path, found, known });
    const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    return {
      chain: chainOf(db),
      reports: count('reports'),
      vouchers: count('vouchers'),
      secrets: count('content_secrets'),
    };
  } catch (error) {
    throw isDamage(error) ? new DamagedDatabase({ path, cause: error }) : error;
  } finally {
    db.close();
  }
}

/** @throws {NoBook} */
function openCopy(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new NoBook({ path });
    return db;
  } catch (cause) {
    db?.close();
    throw cause instanceof NoBook ? cause : new NoBook({ path, cause });
  }
}

/** @returns the name of the file until it is whole: one file, whatever mode the book is in. */
async function writeCopy(from: string, to: string): Promise<string> {
  const unfinished = `${to}${UNFINISHED}`;
  await mkdir(dirname(to), { recursive: true });
  await rm(unfinished, { force: true });
  const source = openCopy(from);
  try {
    await (await open(unfinished, 'wx', 0o600)).close();
    // One state, so that it does not begin anew whenever somebody writes.
    source.exec('BEGIN; SELECT 1 FROM meta;');
    await source.backup(unfinished);
  } finally {
    source.close();
  }
  const copy = new Database(unfinished);
  copy.pragma('journal_mode = DELETE');
  copy.close();
  return unfinished;
}

/** On the disk, under its name. */
async function settle(path: string, name: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
  if (path !== name) await rename(path, name);
  await syncFolder(dirname(name));
}

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { errorWith } from '../../lib/errors.ts';
import { migrate, type Schema } from './migrate.ts';

const BUSY_TIMEOUT_MS = 10_000;

/** What stands in the file is no database, or not a whole one. */
export class DamagedDatabase extends errorWith<{ path: string }>(({ path }) => `${path} is damaged`) {}

/**
 * Opens (or creates) the file and brings its schema up to date.
 *
 * `synchronous = FULL`: reports are acknowledged and transactions of the operator's key are sent on the strength
 * of a commit, and clients have seen numbers of the feed, so a commit must outlive a power cut, which WAL with NORMAL does
 * not promise. The log is written back each 32 MB (SQLite: 4): most of it is the same pages again, and whoever commits then waits.
 * @throws {DamagedDatabase}, {NewerDatabase}, {OlderDatabase}
 */
export function openDatabase(path: string, schema: Schema): Database.Database {
  if (path !== ':memory:') createFile(path);
  const db = compiledOnce(new Database(path, { timeout: BUSY_TIMEOUT_MS }));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 8000');
    db.pragma('cache_size = -65536');
    db.pragma('foreign_keys = ON');
    migrate(db, schema);
  } catch (error) {
    db.close();
    throw isDamage(error) ? new DamagedDatabase({ path, cause: error }) : error;
  }
  return db;
}

/** Bare parameters that SQLite's planner would look into. */
const LOOKED_INTO = /(?<=(?:=|\bLIMIT)\s*)(?=[@?])/gi;

/**
 * Where a parameter's value might make for a better plan, SQLite compiles the statement again at each run, which takes longer
 * than most of them do. The values here never make for another; and it looks into no expression, be it `+@value`.
 */
function compiledOnce(db: Database.Database): Database.Database {
  const prepare = db.prepare.bind(db);
  const whenFirstRun = (sql: string) => compiledLater(() => prepare(sql.replace(LOOKED_INTO, '+')));
  return Object.assign(db, { prepare: whenFirstRun });
}

type Statement = Database.Statement<unknown[]>;

/** A store has two hundred statements, and most of what opens one runs a few. Of a statement it has what is used here. */
function compiledLater(compile: () => Statement): Statement {
  let compiled: Statement | undefined;
  let isPlucked = false;
  const statement = () => {
    compiled ??= isPlucked ? compile().pluck() : compile();
    return compiled;
  };
  const later: Pick<Statement, 'run' | 'get' | 'all' | 'iterate' | 'columns' | 'pluck'> = {
    run: (...parameters) => statement().run(...parameters),
    get: (...parameters) => statement().get(...parameters),
    all: (...parameters) => statement().all(...parameters),
    iterate: (...parameters) => statement().iterate(...parameters),
    columns: () => statement().columns(),
    pluck: () => {
      isPlucked = true;
      return later as Statement;
    },
  };
  return later as Statement;
}

/** For its owner alone, and with it what SQLite puts beside it: it holds secrets. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', 0o600));
}

export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

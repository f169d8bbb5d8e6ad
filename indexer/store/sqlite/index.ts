import Database from 'better-sqlite3';
import type { ChainIdentity } from '../rows.ts';
import type { Store } from '../store.ts';
import { openSqliteBook, type SqliteBook } from './book/book.ts';
import { bringBookOf, chainIn, isSameChain } from './book/file/of-chain.ts';
import { openDatabase } from './database.ts';
import { handOver } from './former-tables.ts';
import { chainRecords } from './mirror/chain-records.ts';
import { completeness } from './mirror/completeness.ts';
import { feed } from './mirror/feed-reader.ts';
import { FeedWriter } from './mirror/feed-writer.ts';
import { OwnRows } from './mirror/own-rows.ts';
import { contents } from './queries/catalogue.ts';
import { catalogueSearch } from './queries/catalogue-search.ts';
import { channels } from './queries/channels.ts';
import { history } from './queries/history.ts';
import { offers } from './queries/offers.ts';
import { publications } from './queries/publications.ts';
import { reportedViews } from './queries/reported-views.ts';
import { streams } from './queries/streams.ts';
import { RECORDS } from './schema.ts';

export interface SqliteStoreOptions {
  /** Of the file, made if missing; `:memory:` for none. */
  path: string;
  /** What is shown beside the chain; without it, what was shown of it when the file was last open with it. */
  book?: Pick<SqliteBook, 'changes'>;
  /** How many entries of the feed are kept at least. */
  minFeedEntries?: number;
}

/**
 * The records in one SQLite file, shared by the host and the scripts of one machine.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteStore({ path, book, minFeedEntries }: SqliteStoreOptions): Store {
  const db = openDatabase(path, RECORDS);
  const feedWriter = new FeedWriter(db, minFeedEntries);
  const own = openOwnRows(db, book, feedWriter);
  const { commitBlocks, rollbackTo, ...records } = chainRecords(db, feedWriter);
  const shown = {
    ...records,
    commitBlocks: before(own.tellLinks, commitBlocks),
    rollbackTo: before(own.tellLinks, rollbackTo),
    ...contents(db),
    ...catalogueSearch(db),
    ...streams(db),
    ...history(db),
    ...reportedViews(db),
    ...feed(db),
  };
  return {
    name: 'sqlite',
    ...completeness(db),
    ...offers(db),
    ...channels(db),
    ...publications(db),
    ...after(own.catchUp, shown),
    ping: async () => void db.pragma('schema_version'),
    async close() {
      if (db.open) own.tellLinks();
      db.close();
    },
  };
}

/** Both stores, in a file each; the records show what the book holds. @throws {NewerDatabase}, {DamagedDatabase} */
export function openSqliteStores(paths: { records: string; book: string }) {
  const book = openSqliteBook({ path: paths.book });
  try {
    return { book, store: openSqliteStore({ path: paths.records, book }) };
  } catch (error) {
    void book.close();
    throw error;
  }
}

/**
 * Both stores of a host that follows the chain. Where the records are of another chain nothing is moved: whoever follows
 * the chain says so.
 * @returns also where the book of another chain is kept now, if one was here. @throws also {BookNotMoved}
 */
export function openSqliteStoresOf(chain: ChainIdentity, paths: { records: string; book: string }) {
  const mirrored = chainIn(paths.records);
  const isOther = mirrored !== null && !isSameChain(mirrored, chain);
  const formerBook = isOther ? null : bringBookOf(chain, paths.book);
  return { ...openSqliteStores(paths), formerBook };
}

/** What joins the file with the book. */
interface Own {
  /** Takes all that the book has changed since. */
  catchUp(): void;
  /** What can't be told now is told the next time. */
  tellLinks(): void;
}

function openOwnRows(db: Database.Database, book: SqliteStoreOptions['book'], feedWriter: FeedWriter): Own {
  if (book === undefined) return { catchUp: () => undefined, tellLinks: () => undefined };
  const own = new OwnRows(db, book.changes, feedWriter);
  handOver(db, book.changes, own);
  own.catchUp();
  return {
    catchUp: () => own.catchUp(),
    tellLinks() {
      try {
        own.tellLinks();
      } catch (error) {
        if (!(error instanceof Database.SqliteError)) throw error;
      }
    },
  };
}

/** The same method, then `last`. */
function before<Args extends unknown[], Result>(
  last: () => void,
  method: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const result = await method(...args);
    last();
    return result;
  };
}

/** The same methods, each after `first`. */
function after<Methods extends object>(first: () => void, methods: Methods): Methods {
  const late = Object.entries(methods).map(([name, method]) => {
    const run = async (...args: unknown[]) => {
      first();
      return await method(...args);
    };
    return [name, run];
  });
  return Object.fromEntries(late);
}

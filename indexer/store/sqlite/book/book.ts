import type { Book } from '../../book.ts';
import { openDatabase } from '../database.ts';
import type { OwnChanges } from '../own-changes.ts';
import { changeWriter } from './change-writer.ts';
import { ownChanges } from './changes.ts';
import { claims } from './claims.ts';
import { backups } from './file/backups.ts';
import { chainOf } from './file/of-chain.ts';
import { keyGrants } from './media/key-grants.ts';
import { mediaFacts } from './media/media-facts.ts';
import { ownKeyRequests } from './media/own-key-requests.ts';
import { packagings } from './media/packagings.ts';
import { resumableUploads } from './media/resumable-uploads.ts';
import { providedMedia, serveWishes } from './media/serve-wishes.ts';
import { stagedUploads } from './media/staged-uploads.ts';
import { takedowns } from './media/takedowns.ts';
import { playGrants } from './play-grants.ts';
import { relayBudget } from './relay-budget.ts';
import { releases } from './releases.ts';
import { reports } from './reports.ts';
import { BOOK } from './schema.ts';
import { signIns } from './sign-ins.ts';
import { streamHealths } from './stream-health.ts';
import { txRecords } from './tx-records.ts';
import { vouchers } from './vouchers.ts';

/** A book that the mirror in SQLite can stand beside. */
export interface SqliteBook extends Book {
  readonly changes: OwnChanges;
}

/**
 * The book in one SQLite file, shared by the host and the scripts of one machine.
 * @param path of the file, made if missing; `:memory:` for none.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteBook({ path }: { path: string }): SqliteBook {
  const db = openDatabase(path, BOOK);
  const changes = changeWriter(db);
  return {
    name: 'sqlite',
    changes: ownChanges(db),
    chainIdentity: async () => chainOf(db),
    ...reports(db, changes),
    ...txRecords(db),
    ...relayBudget(db),
    ...signIns(db),
    ...playGrants(db),
    ...stagedUploads(db),
    ...resumableUploads(db),
    ...packagings(db, changes),
    ...keyGrants(db),
    ...ownKeyRequests(db),
    ...serveWishes(db),
    ...providedMedia(db),
    ...takedowns(db, changes),
    ...mediaFacts(db, changes),
    ...vouchers(db),
    ...claims(db),
    ...releases(db),
    ...streamHealths(db),
    ...backups(db),
    ping: async () => void db.pragma('schema_version'),
    close: async () => void db.close(),
  };
}

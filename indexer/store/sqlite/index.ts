import type { Store } from '../store.ts';
import { openDatabase } from './database.ts';
import { chainRecords } from './mirror/chain-records.ts';
import { completeness } from './mirror/completeness.ts';
import { feed } from './mirror/feed-reader.ts';
import { FeedWriter } from './mirror/feed-writer.ts';
import { mediaFacts } from './own/media-facts.ts';
import { offers } from './own/offers.ts';
import { packagings } from './own/packagings.ts';
import { playGrants } from './own/play-grants.ts';
import { relayBudget } from './own/relay-budget.ts';
import { reports } from './own/reports.ts';
import { providedMedia, serveWishes } from './own/serve-wishes.ts';
import { signIns } from './own/sign-ins.ts';
import { stagedUploads } from './own/staged-uploads.ts';
import { takedowns } from './own/takedowns.ts';
import { txRecords } from './own/tx-records.ts';
import { catalogue } from './queries/catalogue.ts';
import { channels } from './queries/channels.ts';
import { history } from './queries/history.ts';
import { streams } from './queries/streams.ts';
import { RECORDS } from './schema.ts';

/**
 * The records in one SQLite file, shared by the host and the scripts of one machine.
 * @param path of the file, made if missing; `:memory:` for none.
 * @param minFeedEntries how many entries of the feed are kept at least.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteStore({ path, minFeedEntries }: { path: string; minFeedEntries?: number }): Store {
  const db = openDatabase(path, RECORDS);
  const feedWriter = new FeedWriter(db, minFeedEntries);
  return {
    name: 'sqlite',
    ...chainRecords(db, feedWriter),
    ...completeness(db),
    ...catalogue(db),
    ...offers(db),
    ...streams(db),
    ...channels(db),
    ...history(db),
    ...reports(db, feedWriter),
    ...txRecords(db),
    ...relayBudget(db),
    ...signIns(db),
    ...playGrants(db),
    ...stagedUploads(db),
    ...packagings(db, feedWriter),
    ...serveWishes(db),
    ...providedMedia(db),
    ...takedowns(db, feedWriter),
    ...mediaFacts(db, feedWriter),
    ...feed(db),
    ping: async () => void db.pragma('schema_version'),
    close: async () => void db.close(),
  };
}

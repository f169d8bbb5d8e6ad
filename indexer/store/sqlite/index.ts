import type { Store } from '../store.ts';
import { catalogue } from './catalogue.ts';
import { chainRecords } from './chain.ts';
import { channels } from './channels.ts';
import { completeness } from './completeness.ts';
import { openDatabase } from './database.ts';
import { feed } from './feed.ts';
import { history } from './history.ts';
import { newsWriter } from './news.ts';
import { offers } from './offers.ts';
import { operatorLedger } from './operator.ts';
import { playGrants } from './playgrants.ts';
import { relayBudget } from './relaybudget.ts';
import { reports } from './reports.ts';
import { providedMedia, serveWishes } from './serve-wishes.ts';
import { signIns } from './signins.ts';
import { stagedUploads } from './stageduploads.ts';
import { streams } from './streams.ts';

/**
 * The records in one SQLite file, shared by the host and the scripts of one machine.
 * @param path of the file, made if missing; `:memory:` for none.
 * @param keptNews how many entries of the feed are kept at least.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteStore({ path, keptNews }: { path: string; keptNews?: number }): Store {
  const db = openDatabase(path);
  const news = newsWriter(db, keptNews);
  return {
    name: 'sqlite',
    ...chainRecords(db, news),
    ...completeness(db),
    ...catalogue(db),
    ...offers(db),
    ...streams(db),
    ...channels(db),
    ...history(db),
    ...reports(db, news),
    ...operatorLedger(db),
    ...relayBudget(db),
    ...signIns(db),
    ...playGrants(db),
    ...stagedUploads(db),
    ...serveWishes(db),
    ...providedMedia(db),
    ...feed(db),
    ping: async () => void db.pragma('schema_version'),
    close: async () => void db.close(),
  };
}

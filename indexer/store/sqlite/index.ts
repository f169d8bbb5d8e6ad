import type { Store } from '../store.ts';
import { catalogue } from './catalogue.ts';
import { chainRecords } from './chain.ts';
import { openDatabase } from './database.ts';
import { history } from './history.ts';
import { operatorLedger } from './operator.ts';
import { relayBudget } from './relaybudget.ts';
import { reports } from './reports.ts';
import { signIns } from './signins.ts';
import { stagedUploads } from './stageduploads.ts';

/**
 * The records in one SQLite file, shared by the host and the scripts of one machine.
 * @param path of the file, made if missing; `:memory:` for none.
 * @throws {NewerDatabase} when a newer version wrote the file.
 */
export function openSqliteStore({ path }: { path: string }): Store {
  const db = openDatabase(path);
  return {
    name: 'sqlite',
    ...chainRecords(db),
    ...catalogue(db),
    ...history(db),
    ...reports(db),
    ...operatorLedger(db),
    ...relayBudget(db),
    ...signIns(db),
    ...stagedUploads(db),
    ping: async () => void db.pragma('schema_version'),
    close: async () => void db.close(),
  };
}

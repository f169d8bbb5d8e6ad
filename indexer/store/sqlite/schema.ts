import type Database from 'better-sqlite3';
import { canonicalCid } from '../../cid.ts';
import first from './steps/0001-first.ts';
import relayGas from './steps/0002-relay-gas.ts';
import stagedUploads from './steps/0003-staged-uploads.ts';
import feed from './steps/0004-feed.ts';
import channels from './steps/0005-channels.ts';
import channelEvents from './steps/0006-channel-events.ts';
import keysByBytes from './steps/0007-keys-by-bytes.ts';
import indexedLogs from './steps/0008-indexed-logs.ts';

/**
 * The database's shape as numbered steps, applied once each in order (`user_version` counts them). A step that
 * was released is never edited: a change is a new step.
 *
 * Money is integer text in base units, time is unix seconds, addresses and hashes are lower-case hex.
 */
const STEPS: readonly string[] = [
  first,
  relayGas,
  stagedUploads,
  feed,
  channels,
  channelEvents,
  keysByBytes,
  indexedLogs,
];

/** The database was written by a newer version of this program. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
  readonly found: number;
  readonly known: number;
  constructor(path: string, found: number, known: number) {
    super(`${path} has schema ${found}, this version knows up to ${known}: start the newer version instead`);
    this.found = found;
    this.known = known;
  }
}

/** Brings the database up to date, all steps or none. @throws {NewerDatabase} */
export function migrate(db: Database.Database): void {
  db.function('canonical_cid', { deterministic: true }, (text: string) => canonicalCid(text) ?? text);
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }));
    if (done > STEPS.length) throw new NewerDatabase(db.name, done, STEPS.length);
    for (const step of STEPS.slice(done)) db.exec(step);
    db.pragma(`user_version = ${STEPS.length}`);
  }).immediate();
}

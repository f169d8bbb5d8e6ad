import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { errorWith } from '../../lib/errors.ts';
import first from './migrations/0001-first.ts';
import relayGas from './migrations/0002-relay-gas.ts';
import stagedUploads from './migrations/0003-staged-uploads.ts';
import feed from './migrations/0004-feed.ts';
import channels from './migrations/0005-channels.ts';
import channelEvents from './migrations/0006-channel-events.ts';
import indexedLogs from './migrations/0007-indexed-logs.ts';
import listsByKey from './migrations/0008-lists-by-key.ts';
import soldContents from './migrations/0009-sold-contents.ts';
import playGrants from './migrations/0010-play-grants.ts';
import serveWishes from './migrations/0011-serve-wishes.ts';
import announcedUnits from './migrations/0012-announced-units.ts';
import takedowns from './migrations/0013-takedowns.ts';
import mediaFacts from './migrations/0014-media-facts.ts';
import packagings from './migrations/0015-packagings.ts';

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
  indexedLogs,
  listsByKey,
  soldContents,
  playGrants,
  serveWishes,
  announcedUnits,
  takedowns,
  mediaFacts,
  packagings,
];

/** The database was written by a newer version of this program. */
export class NewerDatabase extends errorWith<{ path: string; found: number; known: number }>(
  ({ path, found, known }) =>
    `${path} has schema ${found}, this version knows up to ${known}: start the newer version instead`,
) {}

/** The database mirrors the contract's first version, whose events are not decoded any more. */
export class OlderDatabase extends errorWith<{ path: string }>(
  ({ path }) =>
    `${path} is of the contract's first version: delete ${dirname(path)}, or move it away, to start anew.`,
) {}

/** Numbers up to this are of the contract's first version; those of the steps begin behind it. */
const FIRST_VERSION = 8;

/** Brings the database up to date, all steps or none. @throws {NewerDatabase}, {OlderDatabase} */
export function migrate(db: Database.Database): void {
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }));
    const known = FIRST_VERSION + STEPS.length;
    if (done > 0 && done <= FIRST_VERSION) throw new OlderDatabase({ path: db.name });
    if (done > known) throw new NewerDatabase({ path: db.name, found: done, known });
    for (const step of STEPS.slice(Math.max(0, done - FIRST_VERSION))) db.exec(step);
    db.pragma(`user_version = ${known}`);
  }).immediate();
}

import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { errorWith } from '../../lib/errors.ts';

/**
 * A database's shape as numbered steps, applied once each in order (`user_version` counts them). A step that was
 * released is never edited: a change is a new step.
 *
 * Money is integer text in base units, time is unix seconds, addresses and hashes are lower-case hex.
 */
export interface Schema {
  readonly steps: readonly string[];
  /** Numbers up to this are of the contract's first version; those of the steps begin behind it. */
  readonly base: number;
}

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

/** Brings the database up to date, all steps or none. @throws {NewerDatabase}, {OlderDatabase} */
export function migrate(db: Database.Database, { steps, base }: Schema): void {
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }));
    const known = base + steps.length;
    if (done > 0 && done <= base) throw new OlderDatabase({ path: db.name });
    if (done > known) throw new NewerDatabase({ path: db.name, found: done, known });
    for (const step of steps.slice(Math.max(0, done - base))) db.exec(step);
    db.pragma(`user_version = ${known}`);
  }).immediate();
}

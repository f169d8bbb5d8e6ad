import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';

/** The contract's nonce of a sponsored record: lane above, counter in the lower 32 bits. */
const COUNTER_BITS = 32n;

/** Nonces of sponsored views: a lane drawn once per database above a counter, so that no two databases meet. */
export interface SponsorNonces {
  /** One transaction: the nonce of each report, assigned now where it has none. Settled and unknown ones are left out. */
  assign(refs: string[]): Map<string, bigint>;
  /** @param counter as stored in `sponsor_nonces`, `null` where none is assigned. */
  ofCounter(counter: number | null): bigint | null;
}

export function sponsorNonces(db: Database.Database): SponsorNonces {
  const drawLane = db.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('sponsor_lane', ?)");
  const readLane = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'sponsor_lane'").pluck();
  const open =
    "SELECT 1 FROM streaming_access_logs WHERE source = 'reported' AND ref = @ref AND linked_to IS NULL";
  const insert = db.prepare(`
    INSERT OR IGNORE INTO sponsor_nonces (ref, counter)
    SELECT @ref, (SELECT coalesce(max(counter), -1) + 1 FROM sponsor_nonces) WHERE EXISTS (${open})`);
  const read = db
    .prepare<{ ref: string }, number>(
      `SELECT counter FROM sponsor_nonces WHERE ref = @ref AND EXISTS (${open})`,
    )
    .pluck();
  drawLane.run(`0x${randomBytes(16).toString('hex')}`);
  const lane = BigInt(readLane.get() ?? 0) << COUNTER_BITS;

  const ofCounter = (counter: number) => lane | BigInt(counter);
  const assign = db.transaction((refs: string[]) => {
    for (const ref of refs) insert.run({ ref });
    const counters = refs.map((ref) => [ref, read.get({ ref })] as const);
    return new Map(
      counters.flatMap(([ref, counter]) => (counter === undefined ? [] : [[ref, ofCounter(counter)]])),
    );
  });
  return {
    assign: (refs) => assign.immediate(refs),
    ofCounter: (counter) => (counter === null ? null : ofCounter(counter)),
  };
}

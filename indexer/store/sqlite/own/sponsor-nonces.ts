import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';

/** The contract's nonce of a sponsored record: lane above, counter in the lower 32 bits. */
const COUNTER_BITS = 32n;

interface StoredNonce {
  lane: string;
  counter: number;
}

/** Nonces of sponsored views. This process assigns in a lane of its own, so that no restored copy meets it again. */
export interface SponsorNonces {
  /** One transaction: the nonce of each report, assigned now where it has none. Settled and unknown ones are left out. */
  assign(refs: string[]): Map<string, bigint>;
  of(stored: StoredNonce): bigint;
}

export function sponsorNonces(db: Database.Database): SponsorNonces {
  const lane = `0x${randomBytes(16).toString('hex')}`;
  const open = `SELECT 1 FROM streaming_access_logs
    WHERE source = 'reported' AND ref = @ref AND linked_to IS NULL`;
  const insert = db.prepare(`
    INSERT OR IGNORE INTO sponsor_nonces (ref, lane, counter)
    SELECT @ref, @lane, (SELECT coalesce(max(counter), -1) + 1 FROM sponsor_nonces WHERE lane = @lane)
    WHERE EXISTS (${open})`);
  const read = db.prepare<{ ref: string }, StoredNonce>(
    `SELECT lane, counter FROM sponsor_nonces WHERE ref = @ref AND EXISTS (${open})`,
  );

  const nonceOf = (stored: StoredNonce) => (BigInt(stored.lane) << COUNTER_BITS) | BigInt(stored.counter);
  const assign = db.transaction((refs: string[]) => {
    const nonces = new Map<string, bigint>();
    for (const ref of refs) {
      insert.run({ ref, lane });
      const stored = read.get({ ref });
      if (stored) nonces.set(ref, nonceOf(stored));
    }
    return nonces;
  });
  return { assign: (refs) => assign.immediate(refs), of: nonceOf };
}

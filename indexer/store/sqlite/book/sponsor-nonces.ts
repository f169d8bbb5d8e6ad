import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { TxRecords } from '../../book.ts';
import { transactional } from '../transactional.ts';

/** The contract's nonce of a sponsored record: lane above, counter in the lower 32 bits. */
const COUNTER_BITS = 32n;

interface StoredNonce {
  lane: string;
  counter: number;
}

/** Nonces of sponsored views. This process assigns in a lane of its own, so that no restored copy meets it again. */
export function sponsorNonces(
  db: Database.Database,
): Pick<TxRecords, 'assignSponsorNonces' | 'sponsorNonces'> {
  const lane = `0x${randomBytes(16).toString('hex')}`;
  const insert = db.prepare(`
    INSERT OR IGNORE INTO sponsor_nonces (ref, lane, counter)
    SELECT @ref, @lane, (SELECT coalesce(max(counter), -1) + 1 FROM sponsor_nonces WHERE lane = @lane)
    WHERE EXISTS (SELECT 1 FROM reports WHERE ref = @ref)`);
  const one = db.prepare<[string], StoredNonce>('SELECT lane, counter FROM sponsor_nonces WHERE ref = ?');

  const read = (refs: readonly string[]) =>
    new Map(
      refs.flatMap((ref) => {
        const stored = one.get(ref);
        return stored ? [[ref, nonceOf(stored)] as const] : [];
      }),
    );
  return {
    assignSponsorNonces: transactional(db, (refs) => {
      for (const ref of refs) insert.run({ ref, lane });
      return read(refs);
    }),
    sponsorNonces: async (refs) => read(refs),
  };
}

function nonceOf({ lane, counter }: StoredNonce): bigint {
  return (BigInt(lane) << COUNTER_BITS) | BigInt(counter);
}

import type Database from 'better-sqlite3';
import type { NewReport } from '../../book.ts';
import type { ReportedViews } from '../../store.ts';
import type { Stored } from '../stored.ts';

/** Reports of the book, as far as on-chain views cover them. */
export function reportedViews(db: Database.Database): ReportedViews {
  const unsettled = db.prepare<{ cidKey: string | null; fromSec: number; toSec: number }, Stored<NewReport>>(`
    SELECT ref, contract, content_id AS contentId, cid, cid_key AS cidKey, blockchain_address AS viewer,
      provider_wallet AS provider, creator_wallet AS creator, token, price, timestamp AS viewTimeSec, tx_hash AS txHash,
      reported_at AS receivedAtSec
    FROM streaming_access_logs
    WHERE source = 'reported' AND linked_to IS NULL AND price <> '0' AND cid_key = coalesce(@cidKey, cid_key)
      AND timestamp >= @fromSec AND timestamp < @toSec
    ORDER BY timestamp, seq`);
  const link = db
    .prepare<[string], string | null>(
      `SELECT linked_to FROM streaming_access_logs WHERE source = 'reported' AND ref = ?`,
    )
    .pluck();

  return {
    unsettledReports: async ({ cidKey = null, fromSec = 0, toSec = Number.MAX_SAFE_INTEGER }) =>
      unsettled
        .all({ cidKey, fromSec, toSec })
        .map(({ price, ...row }) => ({ ...row, price: BigInt(price) })),
    coveringView: async (ref) => link.get(ref) ?? null,
  };
}

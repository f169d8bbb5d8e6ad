import type Database from 'better-sqlite3';
import type { NewReport } from '../../book.ts';
import type { ReportedViews } from '../../store.ts';
import { numberSql, packedSql } from '../names.ts';
import type { Stored } from '../stored.ts';

/** Reports of the book, as far as on-chain views cover them. */
export function reportedViews(db: Database.Database): ReportedViews {
  const unsettled = db.prepare<{ cidKey: string | null; fromSec: number; toSec: number }, Stored<NewReport>>(`
    SELECT report.ref, report.contract, report.content_id AS contentId, report.cid, report.cid_key AS cidKey,
      report.blockchain_address AS viewer, report.provider_wallet AS provider, report.creator_wallet AS creator,
      report.token, report.price, report.timestamp AS viewTimeSec, report.tx_hash AS txHash,
      report.reported_at AS receivedAtSec
    FROM views base CROSS JOIN streaming_access_logs report USING (seq)
    WHERE base.source = 3 AND base.linked_to IS NULL AND base.price <> 0
      AND (@cidKey IS NULL OR base.cid_key = ${numberSql('@cidKey')})
      AND base.timestamp >= @fromSec AND base.timestamp < @toSec
    ORDER BY base.timestamp, base.seq`);
  const link = db
    .prepare<{ ref: string }, string | null>(
      `SELECT report.linked_to FROM views base CROSS JOIN streaming_access_logs report USING (seq)
        WHERE base.source = 3 AND base.ref = ${packedSql('@ref')}`,
    )
    .pluck();

  return {
    unsettledReports: async ({ cidKey = null, fromSec = 0, toSec = Number.MAX_SAFE_INTEGER }) =>
      unsettled
        .all({ cidKey, fromSec, toSec })
        .map(({ price, ...row }) => ({ ...row, price: BigInt(price) })),
    coveringView: async (ref) => link.get({ ref }) ?? null,
  };
}

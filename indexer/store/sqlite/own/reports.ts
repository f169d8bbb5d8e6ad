import type Database from 'better-sqlite3';
import type { NewReport, RecordedReport, ReportRow, Reports } from '../../store.ts';
import type { FeedWriter } from '../mirror/feed-writer.ts';
import { ReportMatching } from '../mirror/report-matching.ts';
import type { Stored } from '../stored.ts';
import { sponsorNonces } from './sponsor-nonces.ts';

type StoredReport = Stored<Omit<ReportRow, 'sponsorNonce'>> & { lane: string | null; counter: number | null };

interface PendingReport {
  report: NewReport;
  resolve(recorded: RecordedReport): void;
  reject(error: unknown): void;
}

/** Reports in SQLite: rows of `streaming_access_logs` whose source is `reported`, one per ref. */
export function reports(db: Database.Database, feedWriter: FeedWriter): Reports {
  const matching = new ReportMatching(db, feedWriter);
  const nonces = sponsorNonces(db);
  const insert = db.prepare(`
    INSERT INTO streaming_access_logs (source, ref, contract, content_id, cid, cid_key, blockchain_address,
      provider_wallet, creator_wallet, token, price, units, amount, timestamp, tx_hash, reported_at)
    VALUES ('reported', @ref, @contract, @contentId, @cid, @cidKey, @viewer,
      @provider, @creator, @token, @price, 1, @price, @viewTimeSec, @txHash, @receivedAtSec)
    ON CONFLICT (ref) WHERE source = 'reported' DO NOTHING`);
  const columns = `SELECT ref, contract, content_id AS contentId, cid, cid_key AS cidKey, blockchain_address AS viewer,
      provider_wallet AS provider, creator_wallet AS creator, token, price, timestamp AS viewTimeSec, tx_hash AS txHash,
      reported_at AS receivedAtSec, linked_to AS linkedTo, lane, counter
    FROM streaming_access_logs LEFT JOIN sponsor_nonces USING (ref)
    WHERE source = 'reported'`;
  const byRef = db.prepare<[string], StoredReport>(`${columns} AND ref = ?`);
  const unsettled = db.prepare<{ cidKey: string | null; fromSec: number; toSec: number }, StoredReport>(`
    ${columns} AND linked_to IS NULL AND price <> '0' AND cid_key = coalesce(@cidKey, cid_key)
      AND timestamp >= @fromSec AND timestamp < @toSec
    ORDER BY timestamp, seq`);

  const record = db.transaction((all: readonly NewReport[]) =>
    all.map((report) => {
      const { changes, lastInsertRowid } = insert.run({ ...report, price: report.price.toString() });
      if (changes === 1) matching.coverReport(Number(lastInsertRowid));
      return { isNew: changes === 1, report: toReport(byRef.get(report.ref)) };
    }),
  );
  let waiting: PendingReport[] = [];

  /** A commit waits for the disk: those that came in one turn of the event loop share it. */
  function commitWaiting(): void {
    const batch = waiting;
    waiting = [];
    try {
      const recorded = record.immediate(batch.map(({ report }) => report));
      for (const [index, one] of recorded.entries()) batch[index]?.resolve(one);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  function toReport(row: StoredReport | undefined): ReportRow {
    if (!row) throw new Error('a report that was just recorded is gone');
    const { lane, counter, price, ...rest } = row;
    const sponsorNonce = lane === null || counter === null ? null : nonces.of({ lane, counter });
    return { ...rest, price: BigInt(price), sponsorNonce };
  }

  return {
    async recordReport(report) {
      return await new Promise((resolve, reject) => {
        if (waiting.push({ report, resolve, reject }) === 1) setImmediate(commitWaiting);
      });
    },
    async unsettledReports({ cidKey = null, fromSec = 0, toSec = Number.MAX_SAFE_INTEGER }) {
      return unsettled.all({ cidKey, fromSec, toSec }).map(toReport);
    },
  };
}

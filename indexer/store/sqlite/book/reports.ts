import type Database from 'better-sqlite3';
import type { NewReport, Reports } from '../../book.ts';
import type { Stored } from '../stored.ts';
import type { ChangeWriter } from './change-writer.ts';
import { createGroupCommit } from './group-commit.ts';

export const REPORT_COLUMNS = `SELECT ref, contract, content_id AS contentId, cid, cid_key AS cidKey, viewer, provider, creator, token,
  price, view_time AS viewTimeSec, tx_hash AS txHash, received_at AS receivedAtSec FROM reports`;

/** Reports in SQLite, one per ref. */
export function reports(db: Database.Database, changes: ChangeWriter): Reports {
  const insert = db.prepare(`
    INSERT INTO reports (ref, contract, content_id, cid, cid_key, viewer, provider, creator, token, price, view_time,
      tx_hash, received_at)
    VALUES (@ref, @contract, @contentId, @cid, @cidKey, @viewer, @provider, @creator, @token, @price, @viewTimeSec,
      @txHash, @receivedAtSec)
    ON CONFLICT (ref) DO NOTHING`);
  const commit = createGroupCommit(db);

  return {
    recordReport: async (report) =>
      await commit(() => {
        const isNew = insert.run({ ...report, price: report.price.toString() }).changes > 0;
        if (isNew) changes.report(report.ref);
        return isNew;
      }),
  };
}

export function toReport({ price, ...row }: Stored<NewReport>): NewReport {
  return { ...row, price: BigInt(price) };
}

import type Database from 'better-sqlite3';
import type { StagedUploads } from '../../store.ts';

type Times = Parameters<StagedUploads['takeDueUpload']>[0];

interface DueRecord {
  id: string;
  state: 'receiving' | 'staged' | 'leaving';
  cid: string | null;
  /** Something else needs the media, for good. */
  needed: number;
  /** A publication that may still be undone needs it. */
  needed_for_now: number;
}

/** What becomes of uploads whose time is over. */
export function dueUploads(db: Database.Database): Pick<StagedUploads, 'takeDueUpload' | 'endRemoval'> {
  const published = 'SELECT 1 FROM content_metadata c WHERE c.cid_key = u.cid_key AND c.published_at';
  const due = db.prepare<Times & { after: string }, DueRecord>(`
    SELECT id, state, cid,
      EXISTS (${published} <= @settledSec)
        OR EXISTS (SELECT 1 FROM staged_uploads o WHERE o.cid_key = u.cid_key AND o.id <> u.id) AS needed,
      EXISTS (${published} > @settledSec) AS needed_for_now
    FROM staged_uploads u
    WHERE due_at <= CASE state WHEN 'staged' THEN @nowSec - @graceSec ELSE @nowSec END AND id > @after
    ORDER BY id LIMIT 1`);
  const forget = db.prepare<[string]>('DELETE FROM staged_uploads WHERE id = ?');
  const keep = db.prepare<[string]>(`UPDATE staged_uploads SET state = 'staged', due_at = 0 WHERE id = ?`);
  const leave = db.prepare<[number, string]>(
    `UPDATE staged_uploads SET state = 'leaving', due_at = ? WHERE id = ?`,
  );

  const take = db.transaction((times: Times) => {
    let row: DueRecord | undefined;
    for (let after = ''; ; after = row.id) {
      row = due.get({ ...times, after });
      if (!row) return null;
      const { id, cid } = row;
      if (cid === null || row.needed) forget.run(id);
      else if (row.needed_for_now) keep.run(id);
      else {
        leave.run(times.leaseUntilSec, id);
        return { id, cid };
      }
    }
  });

  return {
    takeDueUpload: async (times) => take.immediate(times),
    endRemoval: async (id) => void forget.run(id),
  };
}

import type Database from 'better-sqlite3';
import type { Takedown, Takedowns } from '../../../book.ts';
import { transactional } from '../../transactional.ts';
import type { ChangeWriter } from '../change-writer.ts';

const COLUMNS = 'cid_key AS cidKey, cid, reason, taken_by AS takenBy, taken_at AS takenAtSec';

export function takedowns(db: Database.Database, changes: ChangeWriter): Takedowns {
  const put = db.prepare<Takedown>(`
    INSERT INTO takedowns (cid_key, cid, reason, taken_by, taken_at)
    VALUES (@cidKey, @cid, @reason, @takenBy, @takenAtSec)
    ON CONFLICT (cid_key) DO UPDATE SET reason = coalesce(excluded.reason, reason)`);
  const one = db.prepare<[string], Takedown>(`SELECT ${COLUMNS} FROM takedowns WHERE cid_key = ?`);
  const remove = db.prepare<[string]>('DELETE FROM takedowns WHERE cid_key = ?');
  const count = db.prepare<[], number>('SELECT count(*) FROM takedowns').pluck();
  const any = db.prepare<[], number>('SELECT 1 FROM takedowns LIMIT 1').pluck();

  return {
    takeDown: transactional(db, (takedown) => {
      put.run(takedown);
      changes.takedown(takedown.cidKey, true);
    }),
    liftTakedown: transactional(db, (cidKey) => {
      const isLifted = remove.run(cidKey).changes > 0;
      if (isLifted) changes.takedown(cidKey, false);
      return isLifted;
    }),
    takedownOf: async (cidKey) => one.get(cidKey) ?? null,
    hasTakedowns: async () => any.get() !== undefined,
    countTakedowns: async () => count.get() ?? 0,
  };
}

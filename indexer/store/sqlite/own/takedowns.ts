import type Database from 'better-sqlite3';
import type { StreamRow, Takedown, Takedowns } from '../../store.ts';
import type { FeedWriter } from '../mirror/feed-writer.ts';
import { STREAM_COLUMNS, toStream } from '../queries/streams.ts';
import type { Stored } from '../stored.ts';
import { transactional } from '../transactional.ts';

const COLUMNS = 'cid_key AS cidKey, cid, reason, taken_by AS takenBy, taken_at AS takenAtSec';

/**
 * From the takedowns, of which there are few, to their streams: it is asked at every block, and a provider may have very
 * many. Exported for the test of its plan.
 */
export const STREAMS_TAKEN_DOWN_SQL = `SELECT ${STREAM_COLUMNS}
  FROM (SELECT cid_key AS taken FROM takedowns) CROSS JOIN streams ON cid_key = taken
  WHERE active = 1 AND provider = lower(?)`;

export function takedowns(db: Database.Database, feedWriter: FeedWriter): Takedowns {
  const put = db.prepare<Takedown>(`
    INSERT INTO takedowns (cid_key, cid, reason, taken_by, taken_at)
    VALUES (@cidKey, @cid, @reason, @takenBy, @takenAtSec)
    ON CONFLICT (cid_key) DO UPDATE SET reason = coalesce(excluded.reason, reason)`);
  const one = db.prepare<[string], Takedown>(`SELECT ${COLUMNS} FROM takedowns WHERE cid_key = ?`);
  const remove = db.prepare<[string]>('DELETE FROM takedowns WHERE cid_key = ?');
  const count = db.prepare<[], number>('SELECT count(*) FROM takedowns').pluck();
  const any = db.prepare<[], number>('SELECT 1 FROM takedowns LIMIT 1').pluck();
  const served = db.prepare<[string], Stored<StreamRow>>(STREAMS_TAKEN_DOWN_SQL);

  return {
    takeDown: transactional(db, (takedown) => {
      put.run(takedown);
      feedWriter.writeShown(takedown.cidKey);
    }),
    liftTakedown: transactional(db, (cidKey) => {
      const isLifted = remove.run(cidKey).changes > 0;
      if (isLifted) feedWriter.writeShown(cidKey);
      return isLifted;
    }),
    takedownOf: async (cidKey) => one.get(cidKey) ?? null,
    hasTakedowns: async () => any.get() !== undefined,
    countTakedowns: async () => count.get() ?? 0,
    streamsTakenDown: async (provider) => served.all(provider).map(toStream),
  };
}

import type Database from 'better-sqlite3';
import type { OwnKeyRequest, OwnKeyRequests } from '../../../book.ts';
import { decodeCursor, type List, pageOf } from '../../../cursor.ts';

const LIST: List = ['own key requests'];
const COLUMNS = `id, contract, content_id AS contentId, cid_key AS cidKey, asked_host AS "from", state, asked_at AS askedAtSec,
  until AS untilSec, reason`;

/** What this host's operator has asked others for, in SQLite. */
export function ownKeyRequests(db: Database.Database): OwnKeyRequests {
  const note = db.prepare<[OwnKeyRequest]>(`
    INSERT INTO own_key_requests (contract, content_id, cid_key, asked_host, state, asked_at, until, reason)
    VALUES (lower(@contract), lower(@contentId), @cidKey, @from, @state, @askedAtSec, @untilSec, @reason)
    ON CONFLICT (contract, content_id) DO UPDATE SET asked_host = excluded.asked_host, state = excluded.state,
      asked_at = excluded.asked_at, until = excluded.until, reason = excluded.reason`);
  const list = db.prepare<[number, number], OwnKeyRequest & { id: number }>(
    `SELECT ${COLUMNS} FROM own_key_requests WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const forget = db.prepare<[string]>('DELETE FROM own_key_requests WHERE cid_key = ?');
  return {
    noteOwnKeyRequest: async (request) => void note.run(request),
    async ownKeyRequests({ limit, cursor }) {
      const [before] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, LIST);
      const { rows, nextCursor } = pageOf(list.all(before, limit + 1), limit, LIST, ({ id }) => [id, 0]);
      return { rows: rows.map(({ id: _, ...row }) => row), nextCursor };
    },
    forgetOwnKeyRequests: async (cidKey) => forget.run(cidKey).changes > 0,
  };
}

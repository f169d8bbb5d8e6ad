import type Database from 'better-sqlite3';
import type { ProvidedMedia, ServeWish, ServeWishes } from '../../../book.ts';
import type { Stored } from '../../stored.ts';
import { transactional } from '../../transactional.ts';

interface WishRecord extends Stored<Omit<ServeWish, 'authorization'>> {
  nonce: string | null;
  deadline: number | null;
}

const COLUMNS = `contract, content_id AS contentId, cid, cid_key AS cidKey, creator, beneficiary, origin AS clientIp, ends, nonce, deadline,
  expires_at AS expiresAtSec`;

const NAMED = 'contract = lower(?) AND content_id = lower(?)';

export function serveWishes(db: Database.Database): ServeWishes {
  const wish = db.prepare(`
    INSERT INTO serve_wishes (contract, content_id, cid, cid_key, creator, beneficiary, origin, ends, expires_at)
    VALUES (lower(@contract), lower(@contentId), @cid, @cidKey, lower(@creator), lower(@beneficiary), @clientIp, @ends,
      @expiresAtSec)
    ON CONFLICT (contract, content_id) DO UPDATE SET cid = excluded.cid, beneficiary = excluded.beneficiary,
      origin = excluded.origin, expires_at = max(expires_at, excluded.expires_at), try_after = 0, ends = excluded.ends,
      nonce = CASE WHEN ends = excluded.ends THEN nonce END,
      deadline = CASE WHEN ends = excluded.ends THEN deadline END`);
  const due = db.prepare<{ nowSec: number }, WishRecord>(`
    SELECT ${COLUMNS} FROM serve_wishes WHERE try_after <= @nowSec AND expires_at > @nowSec
    ORDER BY try_after, expires_at, contract, content_id`);
  const one = db.prepare<[string, string], WishRecord>(`SELECT ${COLUMNS} FROM serve_wishes WHERE ${NAMED}`);
  const ofCid = db.prepare<[string], WishRecord>(`SELECT ${COLUMNS} FROM serve_wishes WHERE cid_key = ?`);
  const authorize = db.prepare<[string, number, string, string]>(
    `UPDATE serve_wishes SET nonce = ?, deadline = ? WHERE ${NAMED}`,
  );
  const putOff = db.prepare<[number, string, string]>(`UPDATE serve_wishes SET try_after = ? WHERE ${NAMED}`);
  const drop = db.prepare<[string, string, number]>(`DELETE FROM serve_wishes WHERE ${NAMED} AND ends = ?`);
  const dropOverdue = db
    .prepare<[number], string>('DELETE FROM serve_wishes WHERE expires_at <= ? RETURNING cid_key')
    .pluck();

  return {
    wishToServe: async ({ ends, ...rest }) => void wish.run({ ...rest, ends: ends ? 1 : 0 }),
    dueServeWishes: async (nowSec) => due.all({ nowSec }).map(toWish),
    async serveWish(contract, contentId) {
      const row = one.get(contract, contentId);
      return row ? toWish(row) : null;
    },
    serveWishesOf: async (cidKey) => ofCid.all(cidKey).map(toWish),
    async authorizeServeWish(contract, contentId, { nonce, deadlineSec }) {
      authorize.run(nonce.toString(), deadlineSec, contract, contentId);
    },
    putOffServeWish: async (contract, contentId, sec) => void putOff.run(sec, contract, contentId),
    dropServeWish: async ({ contract, contentId, ends }) => void drop.run(contract, contentId, ends ? 1 : 0),
    dropOverdueServeWishes: async (nowSec) => dropOverdue.all(nowSec),
  };
}

function toWish({ nonce, deadline, ends, ...row }: WishRecord): ServeWish {
  const isAuthorized = nonce !== null && deadline !== null;
  const wish = { ...row, ends: ends === 1 };
  return { ...wish, authorization: isAuthorized ? { nonce: BigInt(nonce), deadlineSec: deadline } : null };
}

export function providedMedia(db: Database.Database): ProvidedMedia {
  const note = db.prepare<{ cidKey: string }>(`
    INSERT INTO provided_media (cid_key) SELECT @cidKey
    WHERE NOT EXISTS (SELECT 1 FROM staged_uploads WHERE cid_key = @cidKey) ON CONFLICT DO NOTHING`);
  const known = db.prepare<[string], number>('SELECT 1 FROM provided_media WHERE cid_key = ?').pluck();
  const forget = db.prepare<[string]>('DELETE FROM provided_media WHERE cid_key = ?');
  /** Among the uploads, since it is uploads that have to wait: as for one that nobody has published. */
  const leave = db.prepare<{ id: string; cidKey: string; leaseUntilSec: number }>(`
    INSERT INTO staged_uploads (id, wallet, state, cid, cid_key, size_bytes, due_at)
    SELECT @id, '', 'leaving', cid_key, cid_key, 0, @leaseUntilSec FROM provided_media
    WHERE cid_key = @cidKey ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at`);
  const left = db.prepare<[string]>('DELETE FROM staged_uploads WHERE id = ?');
  const idOf = (cidKey: string) => `provided ${cidKey}`;
  return {
    noteProvided: async (cidKey) => void note.run({ cidKey }),
    isProvided: async (cidKey) => known.get(cidKey) !== undefined,
    takeProvided: async (cidKey, leaseUntilSec) =>
      leave.run({ id: idOf(cidKey), cidKey, leaseUntilSec }).changes > 0,
    forgetProvided: transactional(db, (cidKey) => {
      forget.run(cidKey);
      left.run(idOf(cidKey));
    }),
  };
}

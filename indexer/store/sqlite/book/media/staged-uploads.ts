import type Database from 'better-sqlite3';
import type {
  DueTimes,
  DueUpload,
  NamedUpload,
  NoRoom,
  StagedUpload,
  StagedUploads,
  StagingQuota,
} from '../../../book.ts';
import { transactional } from '../../transactional.ts';

/** It waits to be packaged, for as long as that takes. */
const IS_QUEUED = `EXISTS (SELECT 1 FROM packagings p WHERE p.id = u.id AND p.state IN ('queued', 'packaging'))`;

/** Uploads from their first byte to the end of their time. */
export function stagedUploads(db: Database.Database): StagedUploads {
  const leaving = db.prepare<[string]>(
    `SELECT 1 FROM staged_uploads WHERE cid_key = ? AND state = 'leaving'`,
  );
  const name = db.prepare(`
    UPDATE staged_uploads SET wallet = coalesce(@wallet, wallet), cid = @cid, cid_key = @cidKey, video_name = @videoName, size_bytes = @sizeBytes,
      due_at = @aliveUntilSec
    WHERE id = @id AND state = 'receiving'`);
  /** What storage may have kept under another name, such as before a crash, has to go. */
  const releaseFormer = db.prepare(`
    INSERT INTO staged_uploads (id, wallet, state, cid, cid_key, video_name, size_bytes, due_at)
    SELECT id || ' ' || cid_key, wallet, 'staged', cid, cid_key, video_name, size_bytes, 0 FROM staged_uploads
    WHERE id = @id AND state = 'receiving' AND cid_key <> @cidKey ON CONFLICT DO NOTHING`);
  /** Whoever uploads a file that was here for the operator alone has a file of its own here. */
  const forgetProvided = db.prepare<[string]>('DELETE FROM provided_media WHERE cid_key = ?');
  const named = db.prepare<[], NamedUpload>(
    'SELECT id, wallet, cid_key AS cidKey FROM staged_uploads WHERE cid_key IS NOT NULL',
  );
  const ofWallet = db.prepare<{ wallet: string; nowSec: number }, StagedUpload>(`
    SELECT id, wallet, cid_key AS cidKey, cid, video_name AS videoName, size_bytes AS sizeBytes,
      staged_at AS stagedAtSec, due_at AS expiresAtSec
    FROM staged_uploads WHERE wallet = @wallet AND state = 'staged' AND due_at > @nowSec ORDER BY staged_at, id`);
  const ofContent = db.prepare<[string], NamedUpload>(
    `SELECT id, wallet, cid_key AS cidKey FROM staged_uploads WHERE cid_key = ? AND state <> 'leaving'`,
  );
  const release = db.prepare(`
    UPDATE staged_uploads SET due_at = 0
    WHERE wallet = @wallet AND cid_key = @cidKey AND state = 'staged' AND due_at > @nowSec`);

  return {
    ...receivingUploads(db),
    nameUpload: transactional(db, (upload) => {
      if (leaving.get(upload.cidKey) !== undefined) return 'leaving';
      releaseFormer.run({ id: upload.id, cidKey: upload.cidKey });
      if (name.run({ wallet: null, ...upload }).changes === 0) return 'unknown';
      forgetProvided.run(upload.cidKey);
      return 'named';
    }),
    stageUpload: transactional(db, stagingOf(db).stage),
    namedUploads: async () => named.all(),
    stagedUploads: async (wallet, nowSec) => ofWallet.all({ wallet, nowSec }),
    uploadsOf: async (cidKey) => ofContent.all(cidKey),
    releaseUpload: async (wallet, cidKey, nowSec) => release.run({ wallet, cidKey, nowSec }).changes > 0,
    ...dueUploads(db),
  };
}

/** What becomes of an upload that was received, for use within a transaction. */
export function stagingOf(db: Database.Database) {
  const hold = db.prepare<{ id: string; wallet: string; sizeBytes: number; nowSec: number }>(`
    UPDATE staged_uploads SET wallet = @wallet, size_bytes = @sizeBytes, due_at = @nowSec
    WHERE id = @id AND state = 'receiving'`);
  const stage = db.prepare<
    { id: string; nowSec: number; expiresAtSec: number },
    { wallet: string; cid_key: string }
  >(`
    UPDATE staged_uploads SET state = 'staged', staged_at = @nowSec, due_at = @expiresAtSec
    WHERE id = @id AND state = 'receiving' RETURNING wallet, cid_key`);
  const dropEarlier = db.prepare(`
    DELETE FROM staged_uploads WHERE wallet = @wallet AND cid_key = @cid_key AND state = 'staged' AND id <> @id`);
  const forgetUnnamed = db.prepare<[string]>(
    `DELETE FROM staged_uploads WHERE id = ? AND state = 'receiving' AND cid IS NULL`,
  );
  const release = db.prepare<[string]>(
    `UPDATE staged_uploads SET due_at = 0 WHERE id = ? AND state = 'receiving'`,
  );
  return {
    /** It waits for something else than bytes. @returns false when it is no longer known. */
    hold: (id: string, held: { wallet: string; sizeBytes: number; nowSec: number }): boolean =>
      hold.run({ id, ...held }).changes > 0,
    /** @returns false when it is no longer known. */
    stage(id: string, times: { nowSec: number; expiresAtSec: number }): boolean {
      const staged = stage.get({ id, ...times });
      if (staged) dropEarlier.run({ id, ...staged });
      return staged !== undefined;
    },
    /** It will not be staged; what storage may have kept of it goes. */
    letGo(id: string): void {
      if (forgetUnnamed.run(id).changes === 0) release.run(id);
    },
  };
}

interface Usage {
  bytes: number;
  uploads: number;
  freeAtSec: number | null;
}

const NOTHING: Usage = { bytes: 0, uploads: 0, freeAtSec: null };

/** Uploads that arrive, as far as there is room for them. */
function receivingUploads(db: Database.Database): Pick<StagedUploads, 'beginUpload' | 'growUpload'> {
  const takenUp = db.prepare<{ wallet: string | null; id: string; published: string }, Usage>(`
    SELECT coalesce(sum(size_bytes), 0) AS bytes, count(*) AS uploads,
      min(CASE WHEN ${IS_QUEUED} THEN NULL ELSE due_at END) AS freeAtSec
    FROM staged_uploads u WHERE wallet = coalesce(@wallet, wallet) AND id <> @id
      AND id NOT IN (SELECT value FROM json_each(@published))`);
  const begin = db.prepare(`
    INSERT INTO staged_uploads (id, wallet, state, size_bytes, due_at)
    VALUES (@id, @wallet, 'receiving', 0, @aliveUntilSec)`);
  const walletOf = db.prepare<[string], string>('SELECT wallet FROM staged_uploads WHERE id = ?').pluck();
  const grow = db.prepare(
    'UPDATE staged_uploads SET size_bytes = @heldBytes, due_at = @aliveUntilSec WHERE id = @id',
  );

  /** What others than this upload take up, of the wallet or (`null`) of all. */
  const usage = (wallet: string | null, id: string, published: readonly string[]) =>
    takenUp.get({ wallet, id, published: JSON.stringify(published) }) ?? NOTHING;

  /** The part of the quota that has least room for bytes, without the upload itself. */
  function roomFor(id: string, wallet: string, quota: StagingQuota, published: readonly string[]): NoRoom {
    const [own, all] = [usage(wallet, id, published), usage(null, id, published)];
    const left = { own: quota.walletBytes - own.bytes, all: quota.hostBytes - all.bytes };
    return left.own <= left.all
      ? { spent: 'walletBytes', left: Math.max(0, left.own), freeAtSec: own.freeAtSec }
      : { spent: 'hostBytes', left: Math.max(0, left.all), freeAtSec: all.freeAtSec };
  }

  return {
    beginUpload: transactional(db, (upload, quota, published) => {
      const { id, wallet, expectedBytes } = upload;
      const { uploads, freeAtSec } = usage(wallet, id, published);
      if (uploads >= quota.walletUploads) return { spent: 'walletUploads', left: 0, freeAtSec };
      const room = roomFor(id, wallet, quota, published);
      if (room.left < Math.max(1, expectedBytes)) return room;
      begin.run(upload);
      return null;
    }),
    growUpload: transactional(db, ({ id, minBytes, maxBytes, aliveUntilSec }, quota, published) => {
      const wallet = walletOf.get(id);
      if (wallet === undefined) return null;
      const room = roomFor(id, wallet, quota, published);
      if (room.left < minBytes) return room;
      const heldBytes = Math.min(room.left, maxBytes);
      grow.run({ id, heldBytes, aliveUntilSec });
      return { heldBytes };
    }),
  };
}

/** What becomes of uploads whose time is over. */
function dueUploads(db: Database.Database): Pick<StagedUploads, 'dueUpload' | 'endDueUpload' | 'dropUpload'> {
  const isDue = `due_at <= CASE state WHEN 'staged' THEN @nowSec - @graceSec ELSE @nowSec END AND NOT ${IS_QUEUED}`;
  const next = db.prepare<DueTimes & { after: string }, DueUpload>(
    `SELECT id, cid_key AS cidKey FROM staged_uploads u WHERE ${isDue} AND id > @after ORDER BY id LIMIT 1`,
  );
  const one = db.prepare<DueTimes & { id: string }, { cid: string | null; hasOther: number }>(`
    SELECT cid, EXISTS (SELECT 1 FROM staged_uploads o WHERE o.cid_key = u.cid_key AND o.id <> u.id) AS hasOther
    FROM staged_uploads u WHERE id = @id AND ${isDue}`);
  /** Of what was never published, and is removed. */
  const forgetSecret = db.prepare<[string]>(`
    DELETE FROM content_secrets WHERE (cid_key, owner) IN
      (SELECT cid_key, wallet FROM staged_uploads WHERE id = ? AND state = 'leaving')`);
  const forget = db.prepare<[string]>('DELETE FROM staged_uploads WHERE id = ?');
  const keep = db.prepare<[string]>(`UPDATE staged_uploads SET state = 'staged', due_at = 0 WHERE id = ?`);
  const leave = db.prepare<[number, string]>(
    `UPDATE staged_uploads SET state = 'leaving', due_at = ? WHERE id = ?`,
  );

  return {
    dueUpload: async (times, after) => next.get({ ...times, after }) ?? null,
    endDueUpload: transactional(db, (id, times, publication) => {
      const row = one.get({ ...times, id });
      if (!row) return null;
      const { cid } = row;
      if (cid === null || row.hasOther || publication === 'settled') forget.run(id);
      else if (publication === 'unsettled') keep.run(id);
      else {
        leave.run(times.leaseUntilSec, id);
        return { id, cid };
      }
      return null;
    }),
    dropUpload: transactional(db, (id) => {
      forgetSecret.run(id);
      forget.run(id);
    }),
  };
}

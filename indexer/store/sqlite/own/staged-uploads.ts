import type Database from 'better-sqlite3';
import type { NoRoom, StagedUpload, StagedUploads, StagingQuota } from '../../store.ts';
import { dueUploads } from './due-uploads.ts';

/** What takes up room: everything of a wallet that it has not published. */
const COUNTED = `NOT EXISTS (SELECT 1 FROM content_metadata c
  WHERE c.cid_key = u.cid_key AND c.content_creator_wallet = u.wallet)`;

type First<Method extends 'beginUpload' | 'growUpload' | 'nameUpload'> = Parameters<StagedUploads[Method]>[0];

interface Usage {
  bytes: number;
  uploads: number;
  free_at: number | null;
}

export function stagedUploads(db: Database.Database): StagedUploads {
  const takenUp = db.prepare<{ wallet: string | null; id: string }, Usage>(`
    SELECT coalesce(sum(size_bytes), 0) AS bytes, count(*) AS uploads, min(due_at) AS free_at
    FROM staged_uploads u WHERE wallet = coalesce(@wallet, wallet) AND id <> @id AND ${COUNTED}`);
  const begin = db.prepare(`
    INSERT INTO staged_uploads (id, wallet, state, size_bytes, due_at)
    VALUES (@id, @wallet, 'receiving', 0, @aliveUntilSec)`);
  const walletOf = db.prepare<[string], string>('SELECT wallet FROM staged_uploads WHERE id = ?').pluck();
  const grow = db.prepare(
    'UPDATE staged_uploads SET size_bytes = @heldBytes, due_at = @aliveUntilSec WHERE id = @id',
  );
  const isLeaving = db
    .prepare<[string], number>(`SELECT 1 FROM staged_uploads WHERE cid_key = ? AND state = 'leaving'`)
    .pluck();
  const name = db.prepare(`
    UPDATE staged_uploads SET wallet = coalesce(@wallet, wallet), cid = @cid, cid_key = @cidKey, video_name = @videoName, size_bytes = @sizeBytes,
      due_at = @aliveUntilSec
    WHERE id = @id AND state = 'receiving'`);
  /** Whoever uploads a file that was here for the operator alone has a file of its own here. */
  const forgetProvided = db.prepare<[string]>('DELETE FROM provided_media WHERE cid_key = ?');
  const stage = db.prepare<
    { id: string; nowSec: number; expiresAtSec: number },
    { wallet: string; cid_key: string }
  >(`
    UPDATE staged_uploads SET state = 'staged', staged_at = @nowSec, due_at = @expiresAtSec
    WHERE id = @id AND state = 'receiving' RETURNING wallet, cid_key`);
  const dropEarlier = db.prepare(`
    DELETE FROM staged_uploads WHERE wallet = @wallet AND cid_key = @cid_key AND state = 'staged' AND id <> @id`);
  const drop = db.prepare<[string]>('DELETE FROM staged_uploads WHERE id = ?');
  const ofWallet = db.prepare<{ wallet: string; nowSec: number }, StagedUpload>(`
    SELECT cid, video_name AS videoName, size_bytes AS sizeBytes, staged_at AS stagedAtSec, due_at AS expiresAtSec
    FROM staged_uploads u
    WHERE wallet = @wallet AND state = 'staged' AND due_at > @nowSec AND ${COUNTED}
    ORDER BY staged_at, id`);
  const waiting = db.prepare<[string]>(
    `SELECT 1 FROM staged_uploads u WHERE cid_key = ? AND state <> 'leaving' AND ${COUNTED}`,
  );
  const release = db.prepare(`
    UPDATE staged_uploads AS u SET due_at = 0
    WHERE wallet = @wallet AND cid_key = @cidKey AND state = 'staged' AND due_at > @nowSec AND ${COUNTED}`);

  /** The part of the quota that has least room for bytes, without the upload itself. */
  function roomFor(id: string, wallet: string, quota: StagingQuota): NoRoom {
    const own = takenUp.get({ wallet, id });
    const all = takenUp.get({ wallet: null, id });
    const left = { own: quota.walletBytes - (own?.bytes ?? 0), all: quota.hostBytes - (all?.bytes ?? 0) };
    return left.own <= left.all
      ? { spent: 'walletBytes', left: Math.max(0, left.own), freeAtSec: own?.free_at ?? null }
      : { spent: 'hostBytes', left: Math.max(0, left.all), freeAtSec: all?.free_at ?? null };
  }

  const beginning = db.transaction((upload: First<'beginUpload'>, quota: StagingQuota) => {
    const { id, wallet, expectedBytes } = upload;
    const own = takenUp.get({ wallet, id });
    if (own && own.uploads >= quota.walletUploads) {
      return { spent: 'walletUploads' as const, left: 0, freeAtSec: own.free_at };
    }
    const room = roomFor(id, wallet, quota);
    if (room.left < Math.max(1, expectedBytes)) return room;
    begin.run(upload);
    return null;
  });

  const growing = db.transaction((upload: First<'growUpload'>, quota: StagingQuota) => {
    const { id, minBytes, maxBytes, aliveUntilSec } = upload;
    const wallet = walletOf.get(id);
    if (wallet === undefined) return null;
    const room = roomFor(id, wallet, quota);
    if (room.left < minBytes) return room;
    const heldBytes = Math.min(room.left, maxBytes);
    grow.run({ id, heldBytes, aliveUntilSec });
    return { heldBytes };
  });

  const naming = db.transaction((upload: First<'nameUpload'>) => {
    if (isLeaving.get(upload.cidKey) !== undefined) return 'leaving';
    if (name.run({ wallet: null, ...upload }).changes === 0) return 'unknown';
    forgetProvided.run(upload.cidKey);
    return 'named';
  });

  const staging = db.transaction((id: string, times: { nowSec: number; expiresAtSec: number }) => {
    const staged = stage.get({ id, ...times });
    if (staged) dropEarlier.run({ id, ...staged });
    return staged !== undefined;
  });

  return {
    beginUpload: async (upload, quota) => beginning.immediate(upload, quota),
    growUpload: async (upload, quota) => growing.immediate(upload, quota),
    nameUpload: async (upload) => naming.immediate(upload),
    stageUpload: async (id, times) => staging.immediate(id, times),
    dropUpload: async (id) => void drop.run(id),
    stagedUploads: async (wallet, nowSec) => ofWallet.all({ wallet, nowSec }),
    isWaiting: async (cidKey) => waiting.get(cidKey) !== undefined,
    releaseUpload: async (wallet, cidKey, nowSec) => release.run({ wallet, cidKey, nowSec }).changes > 0,
    ...dueUploads(db),
  };
}

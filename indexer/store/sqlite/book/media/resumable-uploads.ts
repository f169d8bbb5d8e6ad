import type Database from 'better-sqlite3';
import type { ResumableUpload, ResumableUploads } from '../../../book.ts';
import { transactional } from '../../transactional.ts';
import { stagingOf } from './staged-uploads.ts';

/** Uploads in pieces; their room is that of the staged uploads. */
export function resumableUploads(db: Database.Database): ResumableUploads {
  const columns = `id, state, wallet, client, size_bytes AS sizeBytes, metadata, asked, created_at AS createdAtSec,
    expires_at AS expiresAtSec`;
  const begin = db.prepare(`
    INSERT INTO resumable_uploads (id, state, wallet, client, size_bytes, metadata, asked, created_at, expires_at)
    VALUES (@id, 'receiving', @wallet, @client, @sizeBytes, @metadata, @asked, @createdAtSec, @expiresAtSec)`);
  const one = db.prepare<[string], ResumableUpload>(`SELECT ${columns} FROM resumable_uploads WHERE id = ?`);
  const ofWallet = db.prepare<[string], ResumableUpload>(
    `SELECT ${columns} FROM resumable_uploads WHERE wallet = ? AND state = 'receiving' ORDER BY created_at, id`,
  );
  const receiving = db.prepare<[], ResumableUpload>(
    `SELECT ${columns} FROM resumable_uploads WHERE state = 'receiving' ORDER BY wallet, created_at`,
  );
  const setPoster = db.prepare<[Buffer, string]>(
    `UPDATE resumable_uploads SET poster = ? WHERE id = ? AND state = 'receiving'`,
  );
  const poster = db
    .prepare<[string], Buffer | null>('SELECT poster FROM resumable_uploads WHERE id = ?')
    .pluck();
  const setTexts = db.prepare<[string, string]>(
    `UPDATE resumable_uploads SET caption_texts = ? WHERE id = ? AND state = 'receiving'`,
  );
  const texts = db
    .prepare<[string], string | null>('SELECT caption_texts FROM resumable_uploads WHERE id = ?')
    .pluck();
  const textsOf = (id: string): Record<string, string> => JSON.parse(texts.get(id) ?? '{}');
  const end = db.prepare<[string]>(
    `UPDATE resumable_uploads SET state = 'over', poster = NULL, caption_texts = NULL WHERE id = ? AND state = 'receiving'`,
  );
  const forget = db.prepare<[number]>(
    `DELETE FROM resumable_uploads WHERE expires_at < ? AND state <> 'receiving'`,
  );
  const { letGo } = stagingOf(db);

  return {
    beginResumable: async (upload) => void begin.run(upload),
    resumable: async (id) => one.get(id) ?? null,
    resumablesOf: async (wallet) => ofWallet.all(wallet),
    receivingResumables: async () => receiving.all(),
    setResumablePoster: async (id, bytes) => setPoster.run(Buffer.from(bytes), id).changes > 0,
    resumablePoster: async (id) => poster.get(id) ?? null,
    setResumableCaptions: transactional(
      db,
      (id, language, text) =>
        setTexts.run(JSON.stringify({ ...textsOf(id), [language]: text }), id).changes > 0,
    ),
    resumableCaptions: async (id) => textsOf(id),
    endResumable: transactional(db, (id) => {
      if (end.run(id).changes === 0) return false;
      letGo(id);
      return true;
    }),
    forgetResumables: async (before) => void forget.run(before),
  };
}

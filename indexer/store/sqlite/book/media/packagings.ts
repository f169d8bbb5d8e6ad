import type Database from 'better-sqlite3';
import type {
  DuePackaging,
  KeptTrack,
  Packaging,
  PackagingProblem,
  Packagings,
  UploadProgress,
} from '../../../book.ts';
import type { Stored } from '../../stored.ts';
import { transactional } from '../../transactional.ts';
import type { ChangeWriter } from '../change-writer.ts';
import { contentSecrets } from './content-secrets.ts';
import { resealing } from './reseal.ts';
import { stagingOf } from './staged-uploads.ts';

interface StoredPackaging extends Stored<Omit<Packaging, 'packaged' | 'problem' | 'captions'>> {
  captions: string | null;
  cid: string | null;
  sizeBytes: number | null;
  web3Url: string | null;
  problem: string | null;
}

interface StoredDue extends StoredPackaging {
  sealed: string | null;
  kid: string | null;
  poster: Buffer | null;
  texts: string | null;
}

/** Earlier uploads of a content by its wallet give way to later ones: any of them that waits will do. */
const WAITING = `(SELECT max(u.due_at) FROM staged_uploads u
  WHERE u.wallet = p.owner AND u.cid = p.cid AND u.state = 'staged' AND u.due_at > 0)`;
const OPEN = `state IN ('queued', 'packaging')`;
/** What nobody needs once it is packaged. */
const SPENT = 'sealed = NULL, kid = NULL, poster = NULL, caption_texts = NULL';

export function packagings(db: Database.Database, changes: ChangeWriter): Packagings {
  const columns = `id, state, owner, video_name AS videoName, offer, serve, client, preview_sec AS previewSec, attempts,
    progress, cid, size_bytes AS sizeBytes, kept_in AS keptIn, web3_url AS web3Url, problem, captions, ${WAITING} AS expiresAtSec`;
  const next = db.prepare<[number], StoredDue>(
    `SELECT ${columns}, sealed, kid, poster, caption_texts AS texts FROM packagings p WHERE ${OPEN} AND (kept_in IS NOT NULL) = ?
      ORDER BY seq LIMIT 1`,
  );
  const one = db.prepare<[string], StoredPackaging>(`SELECT ${columns} FROM packagings p WHERE id = ?`);
  const ofOwner = db.prepare<[string], StoredPackaging>(
    `SELECT ${columns} FROM packagings p WHERE owner = ? AND state <> 'packaged' ORDER BY seq DESC LIMIT 100`,
  );
  const unpackaged = db
    .prepare<[], string>(`SELECT id FROM packagings WHERE ${OPEN} AND cid IS NULL`)
    .pluck();
  const change = changesOf(db, changes);
  const forget = db.prepare<[number]>('DELETE FROM packagings WHERE ended_at < ?');
  const kids = db
    .prepare<[], string>(
      `SELECT kid FROM content_secrets
        UNION SELECT kid FROM packagings WHERE kid IS NOT NULL`,
    )
    .pluck();
  return {
    ...change,
    ...contentSecrets(db),
    async nextPackaging(lane = 'packaged') {
      const row = next.get(lane === 'kept' ? 1 : 0);
      return row ? toDue(row) : null;
    },
    async packaging(id) {
      const row = one.get(id);
      return row ? toPackaging(row) : null;
    },
    packagingsOf: async (owner) => ofOwner.all(owner).reverse().map(toPackaging),
    unpackaged: async () => unpackaged.all(),
    forgetPackagings: async (before) => void forget.run(before),
    sealedUnder: async () => kids.all(),
    ...resealing(db),
  };
}

type Changes = Pick<
  Packagings,
  'queuePackaging' | 'beginPackaging' | 'notePackaged' | 'stagePackaged' | 'endPackaging' | 'failPackaging'
>;

/** Each is one transaction with what the feed says of it. */
function changesOf(db: Database.Database, changes: ChangeWriter): Changes {
  const staging = stagingOf(db);
  const sql = changeStatements(db);
  const tell = (id: string) => {
    const row = sql.told.get(id);
    if (row) changes.upload(row);
  };
  const telling = <Args extends unknown[]>(run: (id: string, ...args: Args) => { changes: number }) =>
    transactional(db, (id: string, ...args: Args) => {
      const isChanged = run(id, ...args).changes > 0;
      if (isChanged) tell(id);
      return isChanged;
    });
  const begin = telling((id) => sql.begin.run(id));
  const note = telling((id, progress: number) => sql.note.run(progress, id));
  const end = telling((id, nowSec: number) => sql.end.run(nowSec, id));
  const fail = telling((id, problem: PackagingProblem, nowSec: number) => {
    const changed = sql.fail.run(JSON.stringify(problem), nowSec, id);
    if (changed.changes > 0) staging.letGo(id);
    return changed;
  });

  return {
    queuePackaging: transactional(db, (packaging, file) => {
      const { id, secret, serve, poster, captions = [], keptIn = null } = packaging;
      const owner = packaging.owner.toLowerCase();
      if (!staging.hold(id, { wallet: owner, ...file })) return false;
      const sealed = { sealed: secret?.sealed ?? null, kid: secret?.kid ?? null };
      const row = { ...packaging, owner, ...sealed, serve: serve ? 1 : 0, keptIn };
      sql.insert.run({ ...row, poster: poster && Buffer.from(poster), ...columnsOf(captions) });
      sql.complete.run(id);
      tell(id);
      return true;
    }),
    beginPackaging: async (id) => void (await begin(id)),
    notePackaged: async (id, progress) => void (await note(id, progress)),
    stagePackaged: transactional(db, (id, { cid, cidKey, sizeBytes, secret, web3Url = null }, times) => {
      if (!staging.stage(id, times)) return false;
      sql.packaged.run(cid, sizeBytes, web3Url, id);
      if (secret) sql.keepSecret.run(cidKey, id, secret.sealed, secret.kid);
      return true;
    }),
    endPackaging: async (id, nowSec) => void (await end(id, nowSec)),
    failPackaging: async (id, problem, nowSec) => void (await fail(id, problem, nowSec)),
  };
}

function changeStatements(db: Database.Database) {
  return {
    insert: db.prepare(`
      INSERT INTO packagings (id, state, owner, video_name, offer, serve, client, preview_sec, sealed, kid, poster, kept_in,
        captions, caption_texts)
      VALUES (@id, 'queued', @owner, @videoName, @offer, @serve, @client, @previewSec, @sealed, @kid, @poster, @keptIn,
        @captions, @texts)`),
    /** Of one that came in pieces. */
    complete: db.prepare<[string]>(
      `UPDATE resumable_uploads SET state = 'complete', poster = NULL, caption_texts = NULL WHERE id = ?`,
    ),
    begin: db.prepare<[string]>(
      `UPDATE packagings SET state = 'packaging', attempts = attempts + 1 WHERE id = ? AND ${OPEN}`,
    ),
    note: db.prepare<[number, string]>(
      `UPDATE packagings SET progress = ? WHERE id = ? AND state = 'packaging'`,
    ),
    packaged: db.prepare<[string, number, string | null, string]>(
      `UPDATE packagings SET cid = ?, size_bytes = ?, web3_url = ?, ${SPENT} WHERE id = ?`,
    ),
    keepSecret: db.prepare<[string, string, string, string]>(
      `INSERT INTO content_secrets (cid_key, owner, sealed, kid)
        VALUES (?, (SELECT owner FROM packagings WHERE id = ?), ?, ?) ON CONFLICT DO NOTHING`,
    ),
    end: db.prepare<[number, string]>(
      `UPDATE packagings SET state = 'packaged', progress = 1, ended_at = ? WHERE id = ? AND ${OPEN}`,
    ),
    fail: db.prepare<[string, number, string]>(
      `UPDATE packagings SET state = 'failed', problem = ?, ended_at = ?, ${SPENT}
        WHERE id = ? AND ${OPEN}`,
    ),
    told: db.prepare<[string], UploadProgress & { owner: string }>(
      'SELECT id, state, progress, owner FROM packagings WHERE id = ?',
    ),
  };
}

function columnsOf(captions: DuePackaging['captions']) {
  const tracks: KeptTrack[] = captions.map(({ language, label }) => ({ language, label }));
  const texts = captions.map(({ language, text }) => [language, text]);
  return { captions: JSON.stringify(tracks), texts: JSON.stringify(Object.fromEntries(texts)) };
}

function toDue({ sealed, kid, poster, texts, ...row }: StoredDue): DuePackaging {
  const secret = sealed === null || kid === null ? null : { sealed, kid };
  const textOf: Record<string, string> = JSON.parse(texts ?? '{}');
  const packaging = toPackaging(row);
  const captions = packaging.captions.map((track) => ({ ...track, text: textOf[track.language] ?? '' }));
  return { ...packaging, captions, secret, poster };
}

function toPackaging(stored: StoredPackaging): Packaging {
  const { serve, cid, sizeBytes, web3Url, problem, captions, ...row } = stored;
  return {
    ...row,
    serve: serve === 1,
    captions: JSON.parse(captions ?? '[]'),
    packaged:
      cid === null || sizeBytes === null ? null : { cid, sizeBytes, ...(web3Url !== null && { web3Url }) },
    problem: problem === null ? null : JSON.parse(problem),
  };
}

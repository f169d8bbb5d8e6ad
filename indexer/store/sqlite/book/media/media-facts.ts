import type Database from 'better-sqlite3';
import type { KeptMedia, MeasuredMedia, MediaFacts } from '../../../book.ts';
import { transactional } from '../../transactional.ts';
import type { ChangeWriter } from '../change-writer.ts';

interface Measured {
  isVideo: number | null;
  durationSec: number | null;
  width: number | null;
  height: number | null;
  codecs: string | null;
  isProtected: number | null;
  previewSec: number | null;
  units: number | null;
  soldUnits: number | null;
  hasPoster: number | null;
  captions: string | null;
  measuredAtSec: number | null;
}

type Record = Omit<KeptMedia, 'measured'> & Measured;

export function mediaFacts(db: Database.Database, changes: ChangeWriter): MediaFacts {
  const note = db.prepare(`
    INSERT INTO media_facts (cid_key, kind, size_bytes) VALUES (@cidKey, @kind, @sizeBytes)
    ON CONFLICT (cid_key) DO UPDATE SET kind = excluded.kind, size_bytes = excluded.size_bytes WHERE kind IS NULL`);
  const measure = db.prepare<Measured & { cidKey: string }>(`
    UPDATE media_facts SET is_video = @isVideo, duration_sec = @durationSec, width = @width, height = @height,
      codecs = @codecs, is_protected = @isProtected, preview_sec = @previewSec, units = @units,
      sold_units = @soldUnits, has_poster = @hasPoster, captions = @captions, measured_at = @measuredAtSec
    WHERE cid_key = @cidKey`);
  const forget = db
    .prepare<[string], string | null>('DELETE FROM media_facts WHERE cid_key = ? RETURNING kind')
    .pluck();
  const one = db.prepare<[string], Record>(`
    SELECT cid_key AS cidKey, kind, size_bytes AS sizeBytes, is_video AS isVideo, duration_sec AS durationSec, width,
      height, codecs, is_protected AS isProtected, preview_sec AS previewSec, units,
      sold_units AS soldUnits, has_poster AS hasPoster, captions, measured_at AS measuredAtSec
    FROM media_facts WHERE cid_key = ?`);
  const kept = db.prepare<[], { count: number; bytes: number }>(
    'SELECT count(*) AS count, coalesce(sum(size_bytes), 0) AS bytes FROM media_facts',
  );
  const unmeasured = db
    .prepare<[], string>(
      `SELECT cid_key FROM media_facts WHERE is_video IS NULL OR (is_protected IS NOT NULL AND sold_units IS NULL)
        ORDER BY cid_key`,
    )
    .pluck();

  return {
    noteMedia: transactional(db, (media) => {
      if (note.run(media).changes > 0) changes.shown(media.cidKey);
    }),
    measureMedia: transactional(db, (cidKey, measured) => {
      if (measure.run({ cidKey, ...columnsOf(measured) }).changes > 0) changes.shown(cidKey);
    }),
    forgetMedia: transactional(db, (cidKey) => {
      // What was never shown, nobody has to be told of.
      if (typeof forget.get(cidKey) === 'string') changes.shown(cidKey);
    }),
    mediaFacts: async (cidKey) => {
      const row = one.get(cidKey);
      return row ? keptOf(row) : null;
    },
    mediaKept: async () => kept.get() ?? { count: 0, bytes: 0 },
    unmeasuredMedia: async () => unmeasured.all(),
  };
}

function columnsOf({ measuredAtSec, video, packaging }: MeasuredMedia): Measured {
  return {
    isVideo: video === null ? 0 : 1,
    durationSec: video?.durationSec ?? null,
    width: video?.width ?? null,
    height: video?.height ?? null,
    codecs: video && JSON.stringify(video.codecs),
    isProtected: packaging && Number(packaging.isProtected),
    previewSec: packaging?.previewSec ?? null,
    units: packaging?.units ?? null,
    soldUnits: packaging?.soldUnits ?? null,
    hasPoster: packaging && Number(packaging.hasPoster),
    captions: packaging && JSON.stringify(packaging.captions),
    measuredAtSec,
  };
}

function keptOf({ cidKey, kind, sizeBytes, ...measured }: Record): KeptMedia {
  return { cidKey, kind, sizeBytes, measured: measuredOf(measured) };
}

function measuredOf({
  measuredAtSec,
  isProtected,
  previewSec,
  units,
  soldUnits,
  hasPoster,
  captions,
  ...video
}: Measured): MeasuredMedia | null {
  if (measuredAtSec === null) return null;
  const { durationSec, width, height, codecs } = video;
  const isVideo = durationSec !== null && width !== null && height !== null && codecs !== null;
  return {
    measuredAtSec,
    video: isVideo ? { durationSec, width, height, codecs: JSON.parse(codecs) } : null,
    packaging: packagingOf({ isProtected, previewSec, units, soldUnits, hasPoster, captions }),
  };
}

function packagingOf({
  isProtected,
  previewSec,
  units,
  soldUnits,
  hasPoster,
  captions,
}: Pick<Measured, 'isProtected' | 'previewSec' | 'units' | 'soldUnits' | 'hasPoster' | 'captions'>) {
  if (isProtected === null || previewSec === null || units === null) return null;
  const is = { isProtected: isProtected === 1, hasPoster: hasPoster === 1 };
  return { ...is, previewSec, units, soldUnits, captions: JSON.parse(captions ?? '[]') as string[] };
}

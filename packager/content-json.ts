import { UNIT_SEC } from './cutting/units.ts';
import type { Rendition } from './playlists.ts';

/** What the CID commits to: lengths, keys and what names the segments. */
export interface ContentFacts {
  durationSec: number;
  /** When each unit starts, in seconds. */
  unitStartsSec: readonly number[];
  previewSec: number;
  renditions: readonly Rendition[];
  /** SHA-256 of each unit's key, in hex; `null` where the unit is all preview. */
  keyHashes: readonly (string | null)[];
  /** SHA-256 of every playlist and init segment, in hex, by path. */
  fileHashes: Readonly<Record<string, string>>;
}

export function contentJson(facts: ContentFacts): string {
  const content = {
    version: 1,
    duration_sec: facts.durationSec,
    unit_sec: UNIT_SEC,
    units: facts.unitStartsSec.length,
    unit_starts: facts.unitStartsSec,
    preview_sec: facts.previewSec,
    renditions: facts.renditions.map(({ path, width, height, bitrate, codecs, safari }) => ({
      path,
      width,
      height,
      bitrate,
      codecs,
      not_safari: !safari,
    })),
    keys: facts.keyHashes,
    files: facts.fileHashes,
  };
  return `${JSON.stringify(content)}\n`;
}

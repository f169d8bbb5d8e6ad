import { type CaptionsTrack, pathOf } from './captions/captions.ts';
import { UNIT_SEC } from './cutting/units.ts';
import type { Rendition } from './playlists.ts';

/** What the CID commits to: lengths, keys and what names the segments. */
export interface ContentFacts {
  durationSec: number;
  /** When each unit starts, in seconds. */
  unitStartsSec: readonly number[];
  previewSec: number;
  renditions: readonly Rendition[];
  captions: readonly CaptionsTrack[];
  /** SHA-256 of each unit's key, in hex; `null` where the unit is all preview. */
  keyHashes: readonly (string | null)[];
  /** SHA-256 of every playlist, init segment and text, in hex, by path. */
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
    ...captionsOf(facts.captions),
    keys: facts.keyHashes,
    files: facts.fileHashes,
  };
  return `${JSON.stringify(content)}\n`;
}

/** Without any nothing is said of them: a directory keeps the bytes that it had before there were captions. */
function captionsOf(tracks: readonly CaptionsTrack[]) {
  if (tracks.length === 0) return {};
  return { captions: tracks.map((track) => ({ path: pathOf(track, 'vtt'), ...track })) };
}

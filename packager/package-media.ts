import type { Input } from 'mediabunny';
import { playsInSafari } from './codecs.ts';
import { contentJson } from './content-json.ts';
import { type Cut, cut } from './cut.ts';
import { type ContentKeys, contentKeys, hexOf, sha256Hex } from './keys.ts';
import type { MediaFile } from './media-file.ts';
import { type Muxed, mux } from './mux.ts';
import { withInput } from './open-input.ts';
import {
  bitratesOf,
  type ListedSegment,
  masterPlaylist,
  mediaPlaylist,
  type Rendition,
} from './playlists.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { findTracks, type Tracks } from './tracks.ts';
import { inUnits } from './units.ts';

export interface PackageOptions {
  /**
   * 32 random bytes of this packaging alone, of which all keys come. Whoever has them opens all of it. `null` for a video
   * that is free: nothing is encrypted, and there are no keys.
   */
  secret: Uint8Array<ArrayBuffer> | null;
  /** How much of the start is free: 0 to 60 seconds. Without a secret all is, whatever it says. */
  previewSec: number;
  /** A picture in JPEG. */
  poster?: Uint8Array<ArrayBuffer>;
}

/** A file of the directory. */
export interface PackagedFile {
  path: string;
  content: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** How much of the video is in the directory with it: 0 to 1, never less than before. */
  part: number;
}

const MAX_PREVIEW_SEC = 60;

/**
 * A video as a directory of HLS, encrypted by a secret. Its bytes follow from the file, the secret, the poster, the preview and the
 * version of mediabunny. Nothing is re-encoded. What is in memory at a time is some seconds of it, however long it is; the
 * files come in the order in which they are done, `content.json` last.
 *
 * @throws MediaRefused where the file is at fault, also after files have come
 */
export async function* packageMedia(file: MediaFile, options: PackageOptions): AsyncGenerator<PackagedFile> {
  const { secret, previewSec, poster } = options;
  if (!(Number.isInteger(previewSec) && previewSec >= 0 && previewSec <= MAX_PREVIEW_SEC)) {
    throw new RangeError(`The preview has ${previewSec} s, not 0 to ${MAX_PREVIEW_SEC}.`);
  }
  if (poster !== undefined && !isJpeg(poster)) throw new RangeError('The poster is no JPEG.');
  const keys = secret === null ? null : await contentKeys(secret);
  yield* withInput(file, (input) =>
    packageInput(input, { keys, previewSec: keys === null ? 0 : previewSec, poster }),
  );
}

interface Packaging {
  /** `null`: nothing is encrypted. */
  keys: ContentKeys | null;
  previewSec: number;
  poster: Uint8Array<ArrayBuffer> | undefined;
}

async function* packageInput(input: Input, packaging: Packaging): AsyncGenerator<PackagedFile> {
  const { keys, previewSec, poster } = packaging;
  const tracks = await findTracks(input);
  const timeline = await timelineOf(tracks);
  const totalUs = Math.max(1, (timeline.lastSec - timeline.originSec) * 1e6);
  const fileHashes: Record<string, string> = {};
  let part = 0;
  const fileOf = (path: string, bytes: Uint8Array<ArrayBuffer>) => ({ path, content: once(bytes), part });
  const listed = async (path: string, bytes: Uint8Array<ArrayBuffer>) => {
    fileHashes[path] = await sha256Hex(bytes);
    return fileOf(path, bytes);
  };

  const segments: ListedSegment[] = [];
  const unitStartsSec: number[] = [];
  for await (const { unit, segment } of inUnits(muxed(tracks, timeline, previewSec))) {
    const { startUs, endUs, init, media } = segment;
    if (segments.length === 0) yield await listed('v0/init.mp4', init);
    if (unit === unitStartsSec.length) unitStartsSec.push(startUs / 1e6);
    const isFree = keys === null || startUs < previewSec * 1e6;
    const bytes = isFree ? media : await keys.encrypt(0, unit, media);
    part = Math.min(1, endUs / totalUs);
    yield fileOf(`v0/${segments.length}.m4s`, bytes);
    segments.push({ startUs, endUs, sizeBytes: bytes.length, unit: isFree ? null : unit });
  }

  part = 1;
  const encrypted = new Set(segments.flatMap(({ unit }) => (unit === null ? [] : [unit])));
  const ivs = new Map<number, string>();
  for (const unit of encrypted) if (keys !== null) ivs.set(unit, hexOf(await keys.iv(0, unit)));
  const rendition = renditionOf(tracks, segments);
  yield await listed(rendition.path, encode(mediaPlaylist(segments, ivs)));
  yield await listed('master.m3u8', encode(masterPlaylist([rendition])));
  if (poster !== undefined) yield fileOf('poster.jpg', poster);

  const keyHashes: (string | null)[] = [];
  for (const unit of unitStartsSec.keys()) {
    keyHashes.push(keys !== null && encrypted.has(unit) ? await sha256Hex(await keys.key(unit)) : null);
  }
  const durationSec = (segments.at(-1)?.endUs ?? 0) / 1e6;
  const facts = { durationSec, unitStartsSec, previewSec, renditions: [rendition], keyHashes, fileHashes };
  yield fileOf('content.json', encode(contentJson(facts)));
}

async function* muxed(
  tracks: Tracks,
  timeline: Timeline,
  previewSec: number,
): AsyncGenerator<Muxed & Pick<Cut, 'startUs' | 'endUs'>> {
  let first: Cut | null = null;
  for await (const segment of cut(tracks, timeline, previewSec)) {
    first ??= { ...segment, video: segment.video.slice(0, 1), audio: segment.audio.slice(0, 1) };
    const { startUs, endUs } = segment;
    yield { startUs, endUs, ...(await mux(tracks, segment, first)) };
  }
}

function renditionOf({ video, audio }: Tracks, segments: readonly ListedSegment[]): Rendition {
  return {
    path: 'v0/index.m3u8',
    width: video.width,
    height: video.height,
    ...bitratesOf(segments),
    codecs: [video, ...(audio === null ? [] : [audio])].map(({ parameters }) => parameters).join(','),
    safari: playsInSafari(video.codec) && (audio === null || playsInSafari(audio.codec)),
  };
}

async function* once(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield bytes;
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

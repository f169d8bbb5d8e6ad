import type { Input } from 'mediabunny';
import { type Captions, checkedCaptions, pathOf } from './captions/captions.ts';
import { contentJson } from './content-json.ts';
import { cut } from './cutting/cut.ts';
import { canCutAlike, cutAlike } from './cutting/cut-alike.ts';
import { inUnits } from './cutting/units.ts';
import { DirectoryFiles, type PackagedFile } from './directory-files.ts';
import { MediaRefused } from './errors.ts';
import { type ContentKeys, contentKeys, sha256Hex } from './keys.ts';
import type { MediaFile } from './media-file.ts';
import { muxed, type PackagedSegment, packageRendition } from './package-rendition.ts';
import { captionsPlaylist, masterPlaylist, type Rendition } from './playlists.ts';
import { isJpeg } from './source/checks/first-bytes.ts';
import { withInput } from './source/open-input.ts';
import { type Timeline, timelineOf, withPictures } from './source/timeline.ts';
import { findTracks, findVideo } from './source/tracks.ts';

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
  /** Texts that players show with it: for everybody, whatever is encrypted. */
  captions?: readonly Captions[];
  /** The same pictures, re-encoded, in place of the file's own: where those have too few key frames. */
  pictures?: MediaFile;
  /**
   * The same pictures again, smaller: further renditions, with the file's sound. Each needs key frames where the segments of
   * the first one start ({@link planMedia}); one without is left out, and so is what is no video.
   */
  smaller?: readonly MediaFile[];
}

const MAX_PREVIEW_SEC = 60;

/**
 * A video as a directory of HLS, encrypted by a secret. Its bytes follow from the files, the secret, the poster, the
 * captions, the preview and the version of mediabunny. Nothing is re-encoded. What is in memory at a time is some seconds
 * of it, however long it is; the files come in the order in which they are done, `content.json` last.
 *
 * @throws MediaRefused where the file is at fault, also after files have come; CaptionsRefused
 */
export async function* packageMedia(file: MediaFile, options: PackageOptions): AsyncGenerator<PackagedFile> {
  const { secret, previewSec, poster } = options;
  if (!(Number.isInteger(previewSec) && previewSec >= 0 && previewSec <= MAX_PREVIEW_SEC)) {
    throw new RangeError(`The preview has ${previewSec} s, not 0 to ${MAX_PREVIEW_SEC}.`);
  }
  if (poster !== undefined && !isJpeg(poster)) throw new RangeError('The poster is no JPEG.');
  const captions = checkedCaptions(options.captions ?? []);
  const keys = secret === null ? null : await contentKeys(secret);
  yield* withTimeline(file, options.pictures, (timeline) =>
    packageTimeline(timeline, { ...options, captions, keys, previewSec: keys === null ? 0 : previewSec }),
  );
}

/** Does `work` with what plays in the file, or with its sound and other pictures. */
export async function* withTimeline<T>(
  file: MediaFile,
  pictures: MediaFile | undefined,
  work: (timeline: Timeline, input: Input) => AsyncIterable<T>,
): AsyncGenerator<T> {
  yield* withInput(file, async function* (input) {
    const timeline = await timelineOf(await findTracks(input, file.sizeBytes));
    if (pictures === undefined) yield* work(timeline, input);
    else yield* withOther(timeline, pictures, (other) => work(other, input));
  });
}

async function* withOther<T>(
  timeline: Timeline,
  pictures: MediaFile,
  work: (timeline: Timeline) => AsyncIterable<T>,
): AsyncGenerator<T> {
  yield* withInput(pictures, async function* (input) {
    yield* work(await withPictures(timeline, await findVideo(input, pictures.sizeBytes)));
  });
}

interface Packaging extends Pick<PackageOptions, 'previewSec' | 'poster' | 'smaller'> {
  keys: ContentKeys | null;
  captions: readonly Captions[];
}

async function* packageTimeline(timeline: Timeline, packaging: Packaging): AsyncGenerator<PackagedFile> {
  const { keys, previewSec, poster, captions, smaller = [] } = packaging;
  const files = new DirectoryFiles();
  const count = 1 + smaller.length;
  const planOf = (index: number, { tracks }: Timeline) => ({
    ...{ index, tracks, keys, previewSec, files },
    partAt: (endUs: number) => (index + Math.min(1, endUs / (timeline.lastSec * 1e6))) / count,
  });

  const cuts = muxed(timeline.tracks, cut(timeline, previewSec));
  const { rendition, segments } = yield* packageRendition(planOf(0, timeline), inUnits(cuts));
  const renditions = [rendition];
  for (const pictures of smaller) {
    let isUsed = false;
    const others = withOther(timeline, pictures, async function* (other) {
      isUsed = await canCutAlike(other, segments, timeline.lastSec);
      if (!isUsed) return;
      const alike = muxed(other.tracks, cutAlike(other, segments));
      const done = yield* packageRendition(planOf(renditions.length, other), asIn(segments, alike));
      renditions.push(done.rendition);
    });
    try {
      yield* others;
    } catch (error) {
      if (isUsed || !(error instanceof MediaRefused)) throw error;
    }
  }

  files.reached(1);
  const durationSec = (segments.at(-1)?.endUs ?? 0) / 1e6;
  for (const track of captions) {
    yield await files.listed(pathOf(track, 'vtt'), track.text);
    yield await files.listed(pathOf(track, 'm3u8'), captionsPlaylist(track, durationSec));
  }
  yield await files.listed('master.m3u8', masterPlaylist(renditions, captions));
  if (poster !== undefined) yield files.file('poster.jpg', poster);
  yield files.file('content.json', await contentOf(segments, renditions, packaging, files));
}

/** The segments of another rendition with the units of the first one's. */
async function* asIn<S>(
  segments: readonly PackagedSegment[],
  others: AsyncIterable<S>,
): AsyncGenerator<{ unit: number; segment: S }> {
  let index = 0;
  for await (const segment of others) yield { unit: segments[index++]?.unit ?? 0, segment };
}

async function contentOf(
  segments: readonly PackagedSegment[],
  renditions: readonly Rendition[],
  { keys, previewSec, captions }: Packaging,
  { hashes: fileHashes }: DirectoryFiles,
): Promise<Uint8Array<ArrayBuffer>> {
  const units = [...Map.groupBy(segments, ({ unit }) => unit)];
  const keyHashes = units.map(async ([unit, inUnit]) =>
    keys !== null && inUnit.some(({ isEncrypted }) => isEncrypted)
      ? await sha256Hex(await keys.key(unit))
      : null,
  );
  const content = contentJson({
    durationSec: (segments.at(-1)?.endUs ?? 0) / 1e6,
    unitStartsSec: units.map(([, [first]]) => (first?.startUs ?? 0) / 1e6),
    previewSec,
    renditions,
    captions: captions.map(({ language, label }) => ({ language, label })),
    keyHashes: await Promise.all(keyHashes),
    fileHashes,
  });
  return new TextEncoder().encode(content);
}

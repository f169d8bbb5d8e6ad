import { playsInSafari } from './codecs.ts';
import type { Cut } from './cutting/cut.ts';
import type { Span } from './cutting/cut-alike.ts';
import type { DirectoryFiles, PackagedFile } from './directory-files.ts';
import { type ContentKeys, hexOf } from './keys.ts';
import { type Muxed, mux } from './mux.ts';
import { bitratesOf, type ListedSegment, mediaPlaylist, type Rendition } from './playlists.ts';
import type { Tracks } from './source/tracks.ts';

/** A segment before it is encrypted. */
export type MuxedSegment = Span & Muxed;

export interface RenditionPlan {
  /** 0 for the first. */
  index: number;
  tracks: Tracks;
  /** `null`: nothing is encrypted. */
  keys: ContentKeys | null;
  previewSec: number;
  files: DirectoryFiles;
  /** How much of the work is done when a segment is that ends there. */
  partAt(endUs: number): number;
}

/** A segment in the directory. */
export interface PackagedSegment extends Span {
  unit: number;
  isEncrypted: boolean;
}

/** The files of one rendition: its init segment, segments, and their playlist. */
export async function* packageRendition(
  { index, tracks, keys, previewSec, files, partAt }: RenditionPlan,
  numbered: AsyncIterable<{ unit: number; segment: MuxedSegment }>,
): AsyncGenerator<PackagedFile, { rendition: Rendition; segments: PackagedSegment[] }> {
  const folder = `v${index}`;
  const segments: PackagedSegment[] = [];
  const listed: ListedSegment[] = [];
  const ivs = new Map<number, string>();
  for await (const { unit, segment } of numbered) {
    const { startUs, endUs, limitSec, init, media } = segment;
    if (segments.length === 0) yield await files.listed(`${folder}/init.mp4`, init);
    const key = keys === null || startUs < previewSec * 1e6 ? null : keys;
    if (key !== null && !ivs.has(unit)) ivs.set(unit, hexOf(await key.iv(index, unit)));
    const bytes = key === null ? media : await key.encrypt(index, unit, media);
    files.reached(partAt(endUs));
    yield files.file(`${folder}/${segments.length}.m4s`, bytes);
    segments.push({ startUs, endUs, limitSec, unit, isEncrypted: key !== null });
    listed.push({ startUs, endUs, sizeBytes: bytes.length, unit: key === null ? null : unit });
  }
  const rendition = renditionOf(`${folder}/index.m3u8`, tracks, listed);
  yield await files.listed(rendition.path, mediaPlaylist(listed, ivs));
  return { rendition, segments };
}

export async function* muxed(tracks: Tracks, cuts: AsyncIterable<Cut>): AsyncGenerator<MuxedSegment> {
  let first: Cut | null = null;
  for await (const segment of cuts) {
    first ??= { ...segment, video: segment.video.slice(0, 1), audio: segment.audio.slice(0, 1) };
    const { startUs, endUs, limitSec } = segment;
    yield { startUs, endUs, limitSec, ...(await mux(tracks, segment, first)) };
  }
}

function renditionOf(path: string, { video, audio }: Tracks, segments: readonly ListedSegment[]): Rendition {
  return {
    path,
    width: video.width,
    height: video.height,
    ...bitratesOf(segments),
    codecs: [video, ...(audio === null ? [] : [audio])].map(({ parameters }) => parameters).join(','),
    safari: playsInSafari(video.codec) && (audio === null || playsInSafari(audio.codec)),
  };
}

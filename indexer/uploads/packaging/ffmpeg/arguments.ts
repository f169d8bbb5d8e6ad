import { resolve } from 'node:path';
import type { MediaPlan } from '../worker/packaging-worker.ts';

/** Whether this ffmpeg can do all of it: it encodes a picture in the same way. */
export const PROBE = [
  ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'color=size=16x16:rate=1:duration=1'],
  ...['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-c:v', 'libx264', '-f', 'null', '-'],
];

/** The file is read as what the packager took it for, names no other, and has the pictures that it finds there, too. */
const DEMUXERS = { mp4: ['-f', 'mov', '-ignore_editlist', '1'], matroska: ['-f', 'matroska'] };
/** Always as many, so that the same file gives the same bytes on any machine. */
const THREADS = '2';
/** Bits of a second by pixel, at most: 1.4 Mbit/s for 480 lines, 7 for 1,080. */
const MAX_BITS_PER_PIXEL = 3.5;
/** Times of key frames are rounded to what containers know; the one meant is the next picture from then on. */
const EARLY_MS = 1;
/** For what has too few key frames of its own. */
const GROUP_SEC = 2;
const MAX_POSTER_WIDTH = 1_280;
/** Where the poster is looked for: what comes first is often black. */
const POSTER_PART = 0.1;
const POSTER_FRAMES = 50;

export interface Size {
  width: number;
  height: number;
}

/** How large a rendition is; `null` where it would not be smaller. @param lines of its shorter side */
export function smallerSize({ width, height }: MediaPlan, lines: number): Size | null {
  const shorter = Math.min(width, height);
  if (lines >= shorter) return null;
  return { width: even((width * lines) / shorter), height: even((height * lines) / shorter) };
}

export function ownSize({ width, height }: MediaPlan): Size {
  return { width: even(width), height: even(height) };
}

/** What a file of pictures of that size can't be larger than. */
export function maxBytes(size: Size, { durationSec }: MediaPlan): number {
  const bytesPerSec = maxBitrate(size) / 8;
  // Two seconds of bits may come at once, and every picture has an entry in the index.
  return Math.ceil(bytesPerSec * 1.25 * (durationSec + 60));
}

/** The pictures alone, each when it was shown, counted from the first; with key frames where segments start. */
export function encodingArgs(input: string, plan: MediaPlan, size: Size, output: string): string[] {
  const rate = maxBitrate(size);
  return [
    ...inputArgs(input, plan),
    ...['-map', '0:V:0', '-an', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-vf', `setpts=PTS-STARTPTS,scale=${size.width}:${size.height},setsar=1`, '-pix_fmt', 'yuv420p'],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-threads', THREADS],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '23',
      '-maxrate',
      `${rate}`,
      '-bufsize',
      `${2 * rate}`,
    ],
    ...['-forced-idr', '1', '-force_key_frames', keyFrames(plan)],
    ...['-progress', 'pipe:1', '-f', 'mp4', ofFile(output)],
  ];
}

/** A picture of the video in JPEG. */
export function posterArgs(input: string, plan: MediaPlan, output: string): string[] {
  const { width, height } = plan;
  const scale = Math.min(1, MAX_POSTER_WIDTH / width);
  const size = `scale=${even(width * scale)}:${even(height * scale)},setsar=1`;
  return [
    ...inputArgs(input, plan, ['-ss', (plan.durationSec * POSTER_PART).toFixed(3)]),
    ...['-map', '0:V:0', '-an', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-vf', `${size},thumbnail=${POSTER_FRAMES}`, '-frames:v', '1', '-pix_fmt', 'yuvj420p'],
    ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', '4', '-f', 'mjpeg', ofFile(output)],
  ];
}

function inputArgs(input: string, { container }: MediaPlan, seek: string[] = []): string[] {
  return [
    ...['-v', 'error', '-nostdin', '-y', '-protocol_whitelist', 'file', '-threads', THREADS],
    ...['-filter_threads', '1', ...seek, ...DEMUXERS[container], '-i', ofFile(input)],
  ];
}

/** It runs in a folder of its own, so a path from the host's means nothing there. */
function ofFile(path: string): string {
  return `file:${resolve(path)}`;
}

function keyFrames({ startsSec }: MediaPlan): string {
  if (startsSec === null) return `expr:gte(t,n_forced*${GROUP_SEC})`;
  return startsSec.map((sec) => Math.max(0, Math.floor(sec * 1_000 - EARLY_MS) / 1_000)).join(',');
}

function maxBitrate({ width, height }: Size): number {
  return Math.ceil(width * height * MAX_BITS_PER_PIXEL);
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}

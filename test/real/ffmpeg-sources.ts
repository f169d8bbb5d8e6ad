import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const runFile = promisify(execFile);

const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'];

/** Two minutes, of which the second is 18 s long: two units. */
const SECONDS = 78;
export const SOURCES = {
  mp4: [...FAST, '-bf', '2', '-g', '50', '-c:a', 'aac'],
  mov: [...FAST, '-g', '40', '-c:a', 'aac'],
  webm: [...VP9, '-g', '50', '-c:a', 'libopus'],
  mkv: [...FAST, '-bf', '2', '-x264-params', 'open-gop=1:keyint=50', '-c:a', 'flac'],
};

/** A test picture and a tone, as `ffmpeg` writes them; a machine without it fails here. */
export async function makeSource(
  folder: string,
  name: keyof typeof SOURCES,
  size = '160x90',
): Promise<string> {
  const source = join(folder, `source.${name}`);
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=25:duration=${SECONDS}`];
  const tone = ['-f', 'lavfi', '-i', `sine=duration=${SECONDS}`];
  const codecs = ['-pix_fmt', 'yuv420p', ...SOURCES[name]];
  await runFile('ffmpeg', ['-v', 'error', '-y', ...picture, ...tone, ...codecs, source]);
  return source;
}

/** Moving pictures and a tone, as long as they have to be, small and quickly made. */
export async function makeFilm(folder: string, seconds: number): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, 'film.mp4');
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=320x180:rate=5:duration=${seconds}`];
  const tone = ['-f', 'lavfi', '-i', `sine=duration=${seconds}`];
  const codecs = ['-pix_fmt', 'yuv420p', ...FAST, '-g', '10', '-c:a', 'aac'];
  await runFile('ffmpeg', ['-v', 'error', '-y', ...picture, ...tone, ...codecs, path]);
  return new Uint8Array(await readFile(path));
}

import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { type PackageOptions, packageMedia } from '../../packager/package-media.ts';
import { fileOf } from './samples.ts';

export const SECRET = new Uint8Array(32).fill(7);

/** A directory by paths, in the order in which its files came. */
export type Directory = Map<string, Buffer<ArrayBuffer>>;

export async function packaged(
  source: Uint8Array<ArrayBuffer> | string,
  options: Partial<PackageOptions> = {},
): Promise<Directory> {
  const directory: Directory = new Map();
  for await (const { path, content } of packageMedia(fileOf(source), {
    secret: SECRET,
    previewSec: 0,
    ...options,
  })) {
    directory.set(path, Buffer.concat(await all(content)));
  }
  return directory;
}

export interface PlaylistSegment {
  uri: string;
  seconds: number;
  /** `null` before the first key. */
  key: { uri: string; iv: Buffer } | null;
}

export function segmentsOf(playlist: string): PlaylistSegment[] {
  let key: PlaylistSegment['key'] = null;
  let seconds = 0;
  const segments: PlaylistSegment[] = [];
  for (const line of playlist.split('\n')) {
    const [, uri, iv] = /^#EXT-X-KEY:METHOD=AES-128,URI="(.*)",IV=0x([0-9a-f]{32})$/.exec(line) ?? [];
    if (uri !== undefined && iv !== undefined) key = { uri, iv: Buffer.from(iv, 'hex') };
    if (line.startsWith('#EXTINF:')) seconds = Number.parseFloat(line.slice('#EXTINF:'.length));
    if (line.endsWith('.m4s')) segments.push({ uri: line, seconds, key });
  }
  return segments;
}

/** By Node's own cryptography, as the documentation says how keys are made. */
export function keyOf(unit: number | string, secret = SECRET): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'stream-host/1', `key ${unit}`, 16));
}

export function ivOf(unit: number | string, rendition = 0): Buffer {
  return Buffer.from(hkdfSync('sha256', SECRET, 'stream-host/1', `iv ${rendition} ${unit}`, 16));
}

/** The segments of a rendition as they were before encryption, in their order. */
export function decrypted(directory: Directory, rendition = 'v0'): Buffer<ArrayBuffer>[] {
  return segmentsOf(textOf(directory, `${rendition}/index.m3u8`)).map(({ uri, key }) => {
    const bytes = contentOf(directory, `${rendition}/${uri}`);
    if (key === null) return bytes;
    const decipher = createDecipheriv('aes-128-cbc', keyOf(key.uri.replace('../keys/', '')), key.iv);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  });
}

/** All of a rendition in one file that plays without HLS. */
export function joined(directory: Directory, rendition = 'v0'): Uint8Array<ArrayBuffer> {
  const parts = [contentOf(directory, `${rendition}/init.mp4`), ...decrypted(directory, rendition)];
  return new Uint8Array(Buffer.concat(parts));
}

export function contentOf(directory: Directory, path: string): Buffer<ArrayBuffer> {
  const bytes = directory.get(path);
  if (bytes === undefined) throw new Error(`There is no ${path}.`);
  return bytes;
}

export function textOf(directory: Directory, path: string): string {
  return contentOf(directory, path).toString();
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

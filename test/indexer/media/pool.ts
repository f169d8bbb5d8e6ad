import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { entries } from './directories.suite.ts';

/** What processes that are killed add and remove; the files of the directories are, in part, those beside them. */
const FILES = [0, 5, CHUNK, CHUNK + 1, 3 * CHUNK + 17, 40 * CHUNK];
const DIRECTORIES: readonly Readonly<Record<string, number | null>>[] = [
  { 'master.m3u8': 300, 'v0/0.m4s': 3 * CHUNK + 17, 'v0/1.m4s': CHUNK, empty: null },
  { 'master.m3u8': 300, 'v0/0.m4s': 2 * CHUNK, 'v0/copy.m4s': 2 * CHUNK, 'v0/1.m4s': 5 },
  Object.fromEntries(Array.from({ length: 30 }, (_, nth) => [`v0/${nth}.m4s`, CHUNK + (nth % 7)])),
];

export interface PoolItem {
  name: string;
  /** Sizes by paths; of a file that of `''`. */
  files: Readonly<Record<string, number>>;
  add(storage: MediaStorage): Promise<string>;
}

export const POOL: readonly PoolItem[] = [
  ...FILES.map((size) => ({
    name: `file ${size}`,
    files: { '': size },
    add: async (storage: MediaStorage) => (await storage.add(file(size))).cid,
  })),
  ...DIRECTORIES.map((files, nth) => ({
    name: `directory ${nth}`,
    files: Object.fromEntries(
      Object.entries(files).flatMap(([path, size]) => (size === null ? [] : [[path, size]])),
    ),
    add: async (storage: MediaStorage) => (await storage.addDirectory(entries(files))).cid,
  })),
];

/** @throws {Error} where a byte is missing or another one. */
export async function readWhole(
  storage: MediaStorage,
  cid: string,
  { name, files }: PoolItem,
): Promise<void> {
  for (const [path, size] of Object.entries(files)) {
    const found = await storage.find(cid, path);
    if (!found) throw new Error(`${name} has no ${path}`);
    const bytes = await collect(storage.read(found.cid, { offset: 0, length: size }));
    if (!bytes.equals(bytesOf(0, size))) throw new Error(`${name} has other bytes at ${path}`);
  }
}

/** Numbers from 0 to `below`, which follow from the seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

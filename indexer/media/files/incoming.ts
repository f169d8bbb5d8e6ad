import { type FileHandle, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CID } from 'multiformats/cid';
import { crashPoint } from '../../lib/crash-point.ts';
import { writeAll } from '../../lib/durable-file.ts';
import { digestOf } from '../hashing/digest.ts';
import { isRunning } from '../running.ts';
import { Chunker } from '../unixfs/chunker.ts';
import { HASH_BYTES, TreeShape } from '../unixfs/tree-shape.ts';
import { encodeTree } from './file-tree.ts';
import { type MediaFolder, syncFile } from './folder.ts';

/** Leaves on their way to the disk at once; they bound the memory of an upload. */
const WRITES_AHEAD = 4;
/** Files that are flushed at once. */
const SYNCS = 8;

/** A file that has arrived and is not kept yet. */
export interface StagedFile {
  cid: CID;
  sizeBytes: number;
  /** With the nodes of its tree. */
  dagBytes: number;
  /** Of its blocks, the root's last. */
  hashes: Buffer;
  path: string;
  /** Its side file; a file of one leaf needs none. */
  treePath: string | null;
}

/** What one upload has written: a folder of its own, in which a crash leaves nothing that anybody needs. */
export class Incoming {
  readonly #folder: string;
  readonly #unsynced = new Set<string>();
  #files = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: MediaFolder): Promise<Incoming> {
    return new Incoming(await mkdtemp(join(folder.incoming, `${process.pid}-`)));
  }

  /** Hashes a file while it goes to the disk. */
  async take(source: AsyncIterable<Uint8Array>): Promise<StagedFile> {
    const path = this.#newPath();
    const handle = await open(path, 'wx');
    const leaves = new HashList();
    const sizeBytes = await writeLeaves(handle, source, leaves).finally(() => handle.close());
    const shape = new TreeShape(sizeBytes);
    const hashes = await shape.hashesOver(leaves.bytes);
    const cid = shape.cidOf(shape.root, hashes.subarray(-HASH_BYTES));
    const treePath = shape.count > 1 ? await this.write(encodeTree(sizeBytes, hashes)) : null;
    return { cid, sizeBytes, dagBytes: shape.dagBytesOf(shape.root), hashes, path, treePath };
  }

  /** @returns where a file with these bytes is. */
  async write(bytes: Uint8Array): Promise<string> {
    const path = this.#newPath();
    await writeFile(path, bytes, { flag: 'wx' });
    return path;
  }

  /** Forgets a file that has arrived twice. */
  async discard({ path, treePath }: StagedFile): Promise<void> {
    for (const each of treePath === null ? [path] : [path, treePath]) {
      this.#unsynced.delete(each);
      await rm(each);
    }
  }

  /** All that was taken and written is on the disk when it resolves; its names come there when it is placed. */
  async sync(): Promise<void> {
    const left = [...this.#unsynced];
    this.#unsynced.clear();
    const work = async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) await syncFile(path);
    };
    await Promise.all(Array.from({ length: Math.min(SYNCS, left.length) }, work));
  }

  /** Deletes what was not placed elsewhere. */
  async dispose(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #newPath(): string {
    this.#files += 1;
    const path = join(this.#folder, String(this.#files));
    this.#unsynced.add(path);
    return path;
  }
}

/** Deletes what uploads left behind whose process is gone. @returns how many, and whether others are under way. */
export async function clearIncoming(folder: MediaFolder): Promise<{ cleared: number; underWay: boolean }> {
  let cleared = 0;
  let underWay = false;
  for (const name of await readdir(folder.incoming)) {
    const pid = Number.parseInt(name, 10);
    if (pid !== process.pid && isRunning(pid)) underWay = true;
    else {
      await rm(join(folder.incoming, name), { recursive: true, force: true });
      cleared += 1;
    }
  }
  return { cleared, underWay };
}

/** @returns how many bytes there were. */
async function writeLeaves(
  handle: FileHandle,
  source: AsyncIterable<Uint8Array>,
  leaves: HashList,
): Promise<number> {
  const chunker = new Chunker();
  const writing = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let sizeBytes = 0;
  try {
    for await (const leaf of chunker.cut(source)) {
      while (writing.size >= WRITES_AHEAD) await Promise.race(writing);
      if (failure) break;
      const written = writeAll(handle, leaf, sizeBytes)
        .then(() => crashPoint('upload.leaf'))
        .catch((error) => {
          failure ??= { error };
        })
        .finally(() => {
          writing.delete(written);
          chunker.reuse(leaf);
        });
      writing.add(written);
      leaves.add(digestOf([leaf])); // while it is written
      sizeBytes += leaf.length;
    }
  } finally {
    await Promise.all(writing);
  }
  if (failure) throw failure.error;
  return sizeBytes;
}

/** Hashes one behind the other: 32 bytes for 256 KiB of file. */
class HashList {
  #buffer = Buffer.alloc(64 * HASH_BYTES);
  #length = 0;

  add(digest: Uint8Array): void {
    if (this.#length === this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer, Buffer.alloc(this.#buffer.length)]);
    }
    this.#buffer.set(digest, this.#length);
    this.#length += HASH_BYTES;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NextToLast } from 'blockstore-fs/sharding';
import type { CID } from 'multiformats/cid';
import { syncFolder } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';
import { BlockDamaged, type VerifiedBlocks, verified } from '../unixfs/verify.ts';

const layout = new NextToLast();

/** Where a block lies below the blocks' folder, by its multihash: `KU/CIQ….data`, as Helia's FsBlockstore has it. */
export function blockPath(cid: CID): string {
  const { dir, file } = layout.encode(cid);
  return `${dir}/${file}`;
}

/**
 * Blocks as files, readable by Helia's FsBlockstore. Leaner to write (one file opened, written and closed; no
 * temporary file and rename: the journal of uploads under way tells after a crash which blocks may be torn),
 * and every read is checked against the CID.
 */
export class BlockFiles implements VerifiedBlocks {
  readonly #root: string;
  readonly #folders = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Resolves when the block's bytes are on the disk; its name is only after `syncFolders`.
   * @returns `false` when it was here already. A file with other bytes (damaged, or torn by a power cut) is written anew.
   */
  async write(path: string, bytes: Uint8Array): Promise<boolean> {
    const file = join(this.#root, path);
    await this.#folderOf(path);
    const made = await open(file, 'wx').catch(unlessThere);
    const handle = made ?? (await open(file, 'r+'));
    try {
      if (made || Buffer.compare(bytes, await handle.readFile()) !== 0) await overwrite(handle, bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return made !== null;
  }

  /** The names of these blocks are on the disk when it resolves. */
  async syncFolders(paths: Iterable<string>): Promise<void> {
    const folders = new Set([...paths].map((path) => join(this.#root, dirname(path))));
    await Promise.all([...folders, this.#root].map(syncFolder));
  }

  /** @throws {BlockDamaged} when it is missing or its bytes do not match. */
  async read(cid: CID): Promise<Uint8Array> {
    const bytes = await readFile(join(this.#root, blockPath(cid))).catch((cause) => {
      throw isCode(cause, 'ENOENT') ? new BlockDamaged(cid, 'is missing', { cause }) : cause;
    });
    return verified(cid, bytes);
  }

  /** A miss is not an error. */
  async delete(path: string): Promise<void> {
    await rm(join(this.#root, path), { force: true }).catch((error) => {
      if (!isCode(error, 'ENOTDIR')) throw error; // something else lies where its folder was
    });
  }

  #folderOf(path: string): Promise<unknown> {
    const folder = dirname(path);
    let made = this.#folders.get(folder);
    if (!made) {
      made = mkdir(join(this.#root, folder), { recursive: true });
      this.#folders.set(folder, made);
      made.catch(() => this.#folders.delete(folder));
    }
    return made;
  }
}

async function overwrite(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.truncate();
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, undefined, at)).bytesWritten;
}

function unlessThere(error: unknown): null {
  if (isCode(error, 'EEXIST')) return null;
  throw error;
}

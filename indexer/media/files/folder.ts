import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';
import type { MediaKind } from '../storage.ts';

const TREE = '.tree';
const DIRECTORY = '.dir';

/** What lies in the folder under one CID. */
export interface StoredObject {
  cid: string;
  kind: MediaKind;
}

/**
 * Where things lie below the media's folder: a file as its own bytes under `files/<xx>/<cid>`, the hashes of its tree in
 * `<cid>.tree` beside it, the nodes of a directory in `<cid>.dir`. `<xx>` is the two letters before the last.
 */
export class MediaFolder {
  readonly files: string;
  readonly incoming: string;
  readonly roots: string;
  readonly index: string;

  constructor(root: string) {
    this.files = join(root, 'files');
    this.incoming = join(root, 'incoming');
    this.roots = join(root, 'roots');
    this.index = join(root, 'index.sqlite');
  }

  async create(): Promise<void> {
    for (const path of [this.files, this.incoming, this.roots]) await mkdir(path, { recursive: true });
  }

  fileOf(cid: string): string {
    return join(this.files, cid.slice(-3, -1), cid);
  }

  treeOf(cid: string): string {
    return this.fileOf(cid) + TREE;
  }

  nodesOf(cid: string): string {
    return this.fileOf(cid) + DIRECTORY;
  }

  /** Moves what is on the disk already to where it belongs, over what lies there; `syncNames` makes that last. */
  async place(from: string, to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }

  /** The names of these are on the disk when it resolves. */
  async syncNames(paths: Iterable<string>): Promise<void> {
    const folders = new Set([...paths].map((path) => dirname(path)));
    await Promise.all([...folders, this.files].map(syncFolder));
  }

  /** A miss is not an error. */
  async delete(cid: string): Promise<void> {
    for (const path of [this.fileOf(cid), this.treeOf(cid), this.nodesOf(cid)]) {
      await rm(path, { force: true }).catch((error) => {
        if (!isCode(error, 'ENOTDIR')) throw error; // something else lies where its folder was
      });
    }
  }

  /** All that lies here, also what nobody needs: `strays` are trees whose file is gone. */
  async list(): Promise<{ objects: StoredObject[]; strays: string[] }> {
    const objects: StoredObject[] = [];
    const strays: string[] = [];
    for (const folder of await readdir(this.files)) {
      const names = new Set(await readdir(join(this.files, folder)));
      for (const name of names) {
        if (name.endsWith(DIRECTORY)) {
          objects.push({ cid: name.slice(0, -DIRECTORY.length), kind: 'directory' });
        } else if (!name.endsWith(TREE)) objects.push({ cid: name, kind: 'file' });
        else if (!names.has(name.slice(0, -TREE.length))) strays.push(join(this.files, folder, name));
      }
    }
    return { objects, strays };
  }
}

/** Its bytes are on the disk when it resolves. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import type { CID } from 'multiformats/cid';
import { parseIpfsCid } from '../../lib/cid.ts';
import type { MediaStat } from '../storage.ts';
import { type DirectoryBlocks, mediaStat } from '../unixfs/directory-read.ts';
import { BlockDamaged, isVerifiable, verified } from '../unixfs/verify.ts';
import type { Holder, IndexedObject } from './block-index.ts';
import { readNode } from './directory-file.ts';
import { FileTree } from './file-tree.ts';
import type { StoredObjects } from './objects.ts';
import { leafOf } from './read-leaves.ts';

/** Blocks of what lies here: slices of files, the nodes above them, the nodes of directories. */
export class ObjectBlocks implements DirectoryBlocks {
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  /** `null` where nothing has the block. @throws {BlockDamaged} when all that should have it are damaged */
  async get(cid: CID): Promise<Uint8Array | null> {
    let damage: BlockDamaged | undefined;
    for (let holder = this.#next(cid); holder; holder = this.#next(cid, holder)) {
      try {
        if (!(await this.#isAt(cid, holder)) || !(await this.#objects.isNeeded(holder.cid))) continue;
        return verified(cid, await this.#read(holder));
      } catch (error) {
        if (!(error instanceof BlockDamaged)) throw error;
        damage = error;
      }
    }
    if (damage) throw damage;
    return null;
  }

  async read(cid: CID): Promise<Uint8Array> {
    const block = await this.get(cid);
    if (!block) throw new BlockDamaged(cid, 'is missing');
    return block;
  }

  async stat(cid: CID): Promise<MediaStat | null> {
    const object = this.#objects.index.get(cid.toString());
    return object ? { kind: object.kind, sizeBytes: object.sizeBytes } : mediaStat(cid, await this.read(cid));
  }

  /** Kept roots that hold the block. One whose hashes are damaged is left out. */
  async rootsOf(cid: CID): Promise<string[]> {
    const { index, roots } = this.#objects;
    const found = new Set<string>();
    for (let holder = this.#next(cid); holder; ) {
      const hasIt = await this.#isAt(cid, holder).catch(() => false);
      for (const root of hasIt ? [holder.cid, ...index.directoriesOf(holder.cid)] : []) {
        if (await roots.has(root)) found.add(root);
      }
      holder = this.#next(cid, hasIt ? { id: holder.id } : holder);
    }
    return [...found].sort();
  }

  treeOf({ cid, sizeBytes }: Pick<IndexedObject, 'cid' | 'sizeBytes'>): FileTree {
    const root = parseIpfsCid(cid);
    if (!root) throw new TypeError(`${cid} is no CID`);
    return new FileTree(root, sizeBytes, this.#objects.folder.treeOf(cid));
  }

  #next(cid: CID, after?: { id: number; place?: number }): Holder | null {
    return isVerifiable(cid) ? this.#objects.index.nextHolder(cid.multihash.digest, after) : null;
  }

  /** Whether the block is where the index, which knows the first bytes of hashes, has it. */
  async #isAt(cid: CID, holder: Holder): Promise<boolean> {
    const { digest } = cid.multihash;
    if (holder.kind === 'file') {
      const tree = this.treeOf(holder);
      return (await tree.hashOf(tree.shape.positionOf(holder.place))).equals(digest);
    }
    verified(cid, await this.#read(holder));
    return true;
  }

  async #read(holder: Holder): Promise<Uint8Array> {
    const { folder } = this.#objects;
    if (holder.kind === 'directory') return await readNode(folder.nodesOf(holder.cid), holder.place);
    const tree = this.treeOf(holder);
    const at = tree.shape.positionOf(holder.place);
    return at.level === 0 ? await leafOf(folder.fileOf(holder.cid), tree, at.index) : await tree.node(at);
  }
}

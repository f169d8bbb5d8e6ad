import { readFile, stat } from 'node:fs/promises';
import { parseIpfsCid } from '../../lib/cid.ts';
import { isCode } from '../../lib/errors.ts';
import type { Pins } from '../pins.ts';
import type { MediaStat } from '../storage.ts';
import { CHUNK_BYTES } from '../unixfs/chunker.ts';
import { mediaStat } from '../unixfs/directory-read.ts';
import { linksOf } from '../unixfs/node-links.ts';
import { HASH_BYTES } from '../unixfs/tree-shape.ts';
import { cidOfNode } from '../unixfs/verify.ts';
import type { BlockIndex, BlockPlace, IndexedObject } from './block-index.ts';
import { readNodes } from './directory-file.ts';
import { decodeTree } from './file-tree.ts';
import type { MediaFolder } from './folder.ts';
import type { StagedFile } from './incoming.ts';

/** A directory whose files have arrived, and that is not kept yet. */
export interface StagedDirectory {
  cid: string;
  sizeBytes: number;
  /** Its nodes in one file. */
  path: string;
  nodes: Iterable<BlockPlace>;
}

/** The files and directories that lie here, and which of them something kept needs. */
export class StoredObjects {
  readonly folder: MediaFolder;
  readonly roots: Pins<MediaStat>;
  readonly index: BlockIndex;

  constructor(folder: MediaFolder, roots: Pins<MediaStat>, index: BlockIndex) {
    this.folder = folder;
    this.roots = roots;
    this.index = index;
  }

  /** Kept itself, or below a directory that is. */
  async isNeeded(cid: string): Promise<boolean> {
    return (await this.roots.has(cid)) || this.index.directoriesOf(cid).length > 0;
  }

  /** Puts what has arrived where it belongs, in place of what may lie there damaged; then it outlives a power cut. */
  async place(files: readonly StagedFile[], directory?: StagedDirectory): Promise<void> {
    const { folder, index } = this;
    const placed: string[] = [];
    const move = async (from: string, to: string) => {
      await folder.place(from, to);
      placed.push(to);
    };
    for (const { cid, path, treePath } of files) {
      if (treePath !== null) await move(treePath, folder.treeOf(cid.toString()));
      await move(path, folder.fileOf(cid.toString()));
    }
    if (directory) await move(directory.path, folder.nodesOf(directory.cid));
    await folder.syncNames(placed);
    for (const { cid, sizeBytes, hashes } of files) {
      await index.add({ cid: cid.toString(), kind: 'file', sizeBytes }, placesOf(hashes));
    }
    if (!directory) return;
    const { cid, sizeBytes, nodes } = directory;
    const names = files.map((file) => file.cid.toString());
    await index.add({ cid, kind: 'directory', sizeBytes }, nodes, names);
  }

  /** Deletes those of the objects that nothing kept needs. @returns how many */
  async dropUnneeded(cids: Iterable<string>): Promise<number> {
    let dropped = 0;
    for (const cid of cids) {
      if (await this.isNeeded(cid)) continue;
      const object = this.index.get(cid);
      if (object) await this.index.remove(object, await this.#placesIn(object));
      await this.folder.delete(cid);
      dropped += 1;
    }
    return dropped;
  }

  /** Puts what lies in the folder into the index. @throws {Error} when it can't be read or is damaged */
  async addFile(cid: string): Promise<void> {
    const { sizeBytes, hashes } = await this.#treeOf(cid);
    await this.index.add({ cid, kind: 'file', sizeBytes }, placesOf(hashes));
  }

  /** As `addFile`. */
  async addDirectory(cid: string): Promise<void> {
    const nodes = await readNodes(this.folder.nodesOf(cid));
    const root = parseIpfsCid(cid);
    const stat = root && mediaStat(root, nodes.at(-1)?.node ?? new Uint8Array());
    if (stat?.kind !== 'directory') throw new RangeError('its nodes are damaged');
    const own = new Set(nodes.map(({ digest }) => Buffer.from(digest).toString('hex')));
    const files = nodes
      .flatMap(({ node }) => linksOf(cidOfNode(node), node).links)
      .map((link) => link.cid)
      .filter(({ multihash }) => !own.has(Buffer.from(multihash.digest).toString('hex')))
      .map((file) => file.toString());
    await this.index.add({ cid, ...stat }, nodes, files);
  }

  async #placesIn({ cid, kind }: IndexedObject): Promise<Iterable<BlockPlace> | null> {
    try {
      if (kind === 'directory') return await readNodes(this.folder.nodesOf(cid));
      return placesOf((await this.#treeOf(cid)).hashes);
    } catch {
      return null; // what is damaged is searched for
    }
  }

  async #treeOf(cid: string): Promise<{ sizeBytes: number; hashes: Uint8Array }> {
    const bytes = await readFile(this.folder.treeOf(cid)).catch((error) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    const tree = bytes && decodeTree(bytes);
    if (tree) return tree;
    const { size: sizeBytes } = await stat(this.folder.fileOf(cid));
    const digest = parseIpfsCid(cid)?.multihash.digest;
    if (bytes || !digest || sizeBytes > CHUNK_BYTES)
      throw new RangeError('the hashes of its leaves are damaged');
    return { sizeBytes, hashes: digest };
  }
}

function* placesOf(hashes: Uint8Array): Generator<BlockPlace> {
  for (let place = 0; place * HASH_BYTES < hashes.length; place += 1) {
    yield { digest: hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES), place };
  }
}

import { open } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { isCode } from '../../lib/errors.ts';
import { LINKS_PER_NODE } from '../unixfs/balanced-layout.ts';
import { HASH_BYTES, type TreePosition, TreeShape } from '../unixfs/tree-shape.ts';
import { BlockDamaged, verified } from '../unixfs/verify.ts';

/** In front of the hashes stands how long the file is. */
const HEADER_BYTES = 8;

/**
 * Hashes below nodes that were checked, by the node's CID: right for ever, and dear to check anew for each reader.
 * 5.5 kB each.
 */
const checked = new BoundedMap<string, Buffer>(2_048);

/** What the side file of a file holds. @param hashes of all its blocks, the root's last */
export function encodeTree(sizeBytes: number, hashes: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigUInt64BE(BigInt(sizeBytes));
  return Buffer.concat([header, hashes]);
}

/** What a side file says, unchecked; `null` when it can't be one. */
export function decodeTree(tree: Buffer): { sizeBytes: number; hashes: Buffer } | null {
  if (tree.length < HEADER_BYTES) return null;
  const sizeBytes = Number(tree.readBigUInt64BE());
  const hashes = tree.subarray(HEADER_BYTES);
  const isWhole =
    Number.isSafeInteger(sizeBytes) && new TreeShape(sizeBytes).count * HASH_BYTES === hashes.length;
  return isWhole ? { sizeBytes, hashes } : null;
}

/**
 * The hashes of a file's blocks, from its side file. They are believed only once the node above them, made of them, has
 * the hash that it must have, up to the root.
 */
export class FileTree {
  readonly root: CID;
  readonly shape: TreeShape;
  readonly #path: string;

  /** @param path of the side file */
  constructor(root: CID, sizeBytes: number, path: string) {
    this.root = root;
    this.shape = new TreeShape(sizeBytes);
    this.#path = path;
  }

  /** @throws {BlockDamaged} */
  async hashOf(at: TreePosition): Promise<Buffer> {
    if (at.level === this.shape.root.level) return Buffer.from(this.root.multihash.digest);
    const above = { level: at.level + 1, index: Math.floor(at.index / LINKS_PER_NODE) };
    const from = (at.index % LINKS_PER_NODE) * HASH_BYTES;
    return (await this.#hashesBelow(above)).subarray(from, from + HASH_BYTES);
  }

  /** From this leaf on. @throws {BlockDamaged} */
  async *leafHashes(from: number): AsyncGenerator<{ index: number; hash: Buffer }> {
    if (this.shape.root.level === 0) return yield { index: 0, hash: await this.hashOf(this.shape.root) };
    for (let above = Math.floor(from / LINKS_PER_NODE); above < (this.shape.levels[1] ?? 0); above += 1) {
      const hashes = await this.#hashesBelow({ level: 1, index: above });
      const first = above * LINKS_PER_NODE;
      for (let index = Math.max(from, first); index < first + hashes.length / HASH_BYTES; index += 1) {
        const at = (index - first) * HASH_BYTES;
        yield { index, hash: hashes.subarray(at, at + HASH_BYTES) };
      }
    }
  }

  /** The block of an inner node. @throws {BlockDamaged} */
  async node(at: TreePosition): Promise<Uint8Array> {
    return this.shape.nodeOf(at, await this.#hashesBelow(at));
  }

  /** Of all children of a node. @throws {BlockDamaged} */
  async #hashesBelow(node: TreePosition): Promise<Buffer> {
    const cid = this.shape.cidOf(node, await this.hashOf(node));
    const key = cid.toString();
    const known = checked.get(key);
    if (known) return known;
    const { first, count } = this.shape.childrenOf(node);
    const number = this.shape.numberOf({ level: node.level - 1, index: first });
    const hashes = await this.#read(number * HASH_BYTES, count * HASH_BYTES, cid);
    verified(cid, this.shape.nodeOf(node, hashes));
    checked.set(key, hashes);
    return hashes;
  }

  async #read(offset: number, length: number, node: CID): Promise<Buffer> {
    const handle = await open(this.#path, 'r').catch((cause) => {
      throw isCode(cause, 'ENOENT') ? new BlockDamaged(node, 'is missing', { cause }) : cause;
    });
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, HEADER_BYTES + offset);
      if (bytesRead < length) throw new BlockDamaged(node, 'does not match its CID');
      return buffer;
    } finally {
      await handle.close();
    }
  }
}

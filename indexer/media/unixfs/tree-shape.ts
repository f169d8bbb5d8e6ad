import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as dagPb from '@ipld/dag-pb';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { create as createDigest } from 'multiformats/hashes/digest';
import { sha256 } from 'multiformats/hashes/sha2';
import { fileNode, LINKS_PER_NODE } from './balanced-layout.ts';
import { CHUNK_BYTES } from './chunker.ts';

export const HASH_BYTES = 32;

/** A block of a file's tree: leaves are at level 0. */
export interface TreePosition {
  level: number;
  index: number;
}

/**
 * The balanced tree over a file, which follows from the file's size alone: how many nodes each level has, what part of
 * the file each stands for, and with the hashes of the level below its bytes. Its blocks are numbered level by level,
 * from the first leaf to the root.
 */
export class TreeShape {
  readonly sizeBytes: number;
  /** Blocks of each level, the leaves' first. */
  readonly levels: readonly number[];
  readonly #fullDagBytes: number[] = [];

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
    const levels = [Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES))];
    for (let last = levels[0] ?? 1; last > 1; levels.push(last)) last = Math.ceil(last / LINKS_PER_NODE);
    this.levels = levels;
  }

  get root(): TreePosition {
    return { level: this.levels.length - 1, index: 0 };
  }

  /** Of all blocks. */
  get count(): number {
    return this.levels.reduce((sum, blocks) => sum + blocks, 0);
  }

  numberOf({ level, index }: TreePosition): number {
    return this.levels.slice(0, level).reduce((sum, blocks) => sum + blocks, index);
  }

  positionOf(number: number): TreePosition {
    let index = number;
    for (const [level, blocks] of this.levels.entries()) {
      if (index < blocks) return { level, index };
      index -= blocks;
    }
    throw new RangeError(`the tree has no block ${number}`);
  }

  /** Which children a node has, at the level below. */
  childrenOf({ level, index }: TreePosition): { first: number; count: number } {
    const first = index * LINKS_PER_NODE;
    return { first, count: Math.min(LINKS_PER_NODE, this.#blocksAt(level - 1) - first) };
  }

  /** Of the part of the file that a block stands for. */
  fileBytesOf({ level, index }: TreePosition): number {
    const whole = CHUNK_BYTES * LINKS_PER_NODE ** level;
    return Math.min(whole, this.sizeBytes - index * whole);
  }

  /** Of that part with its nodes. */
  dagBytesOf(at: TreePosition): number {
    const fileBytes = this.fileBytesOf(at);
    if (at.level === 0) return fileBytes;
    const isFull = fileBytes === CHUNK_BYTES * LINKS_PER_NODE ** at.level;
    const known = isFull ? this.#fullDagBytes[at.level] : undefined;
    if (known !== undefined) return known;
    const { count } = this.childrenOf(at);
    const children = this.#children(at, Buffer.alloc(count * HASH_BYTES)); // its length does not depend on them
    const dagBytes = children.reduce((sum, child) => sum + child.dagBytes, fileNode(children).length);
    if (isFull) this.#fullDagBytes[at.level] = dagBytes;
    return dagBytes;
  }

  /** The block of an inner node. @param hashes of its children, one behind the other */
  nodeOf(at: TreePosition, hashes: Uint8Array): Uint8Array {
    return fileNode(this.#children(at, hashes));
  }

  cidOf({ level }: TreePosition, digest: Uint8Array): CID {
    return CID.createV1(level === 0 ? raw.code : dagPb.code, createDigest(sha256.code, digest));
  }

  /** Hashes of all blocks. @param leaves those of the leaves */
  async hashesOver(leaves: Uint8Array): Promise<Buffer> {
    const hashes = Buffer.alloc(this.count * HASH_BYTES);
    hashes.set(leaves);
    for (let number = this.#blocksAt(0); number < this.count; number += 1) {
      const at = this.positionOf(number);
      const { first, count } = this.childrenOf(at);
      const from = this.numberOf({ level: at.level - 1, index: first }) * HASH_BYTES;
      const node = this.nodeOf(at, hashes.subarray(from, from + count * HASH_BYTES));
      hashes.set(hash('sha256', node, 'buffer'), number * HASH_BYTES);
      await setImmediate(); // a large file has thousands of nodes
    }
    return hashes;
  }

  #children(at: TreePosition, hashes: Uint8Array) {
    const { first, count } = this.childrenOf(at);
    return Array.from({ length: count }, (_, nth) => {
      const child = { level: at.level - 1, index: first + nth };
      const digest = hashes.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES);
      return {
        cid: this.cidOf(child, digest),
        fileBytes: this.fileBytesOf(child),
        dagBytes: this.dagBytesOf(child),
      };
    });
  }

  #blocksAt(level: number): number {
    return this.levels[level] ?? 0;
  }
}

import * as dagPb from '@ipld/dag-pb';
import type { FileLayout } from 'ipfs-unixfs-importer/layout';
import { CID } from 'multiformats/cid';
import { sha256 } from 'multiformats/hashes/sha2';

/** Children of an inner node: with the size of a chunk they decide which CID a file has. */
export const LINKS_PER_NODE = 174;

const TYPE_FILE = 2;

/** A node that the one above will name. */
export interface Child {
  cid: CID;
  /** Of the part of the file below it. */
  fileBytes: number;
  /** Of that part with its nodes. */
  dagBytes: number;
}

type Put = (cid: CID, block: Uint8Array) => Promise<unknown>;

/**
 * The balanced tree over raw leaves that Kubo makes. The importer's own encodes its nodes by protons-runtime, which
 * (up to 8.0.1) leaves bytes unwritten in sizes from 2 to 4 GiB.
 */
export function balancedAsKubo(put: Put): FileLayout {
  return async (leaves) => {
    const tree = new BalancedTree(put);
    for await (const { cid, size } of leaves) {
      await tree.add({ cid, fileBytes: Number(size), dagBytes: Number(size) });
    }
    const { cid, dagBytes } = await tree.finish();
    return { cid, size: BigInt(dagBytes) };
  };
}

class BalancedTree {
  readonly #put: Put;
  /** Of each height the nodes that have none above them yet; a full one is closed at once. */
  readonly #levels: Child[][] = [];

  constructor(put: Put) {
    this.#put = put;
  }

  async add(child: Child, height = 0): Promise<void> {
    const level = this.#levels[height] ?? [];
    this.#levels[height] = level;
    if (level.push(child) === LINKS_PER_NODE) await this.#close(level, height);
  }

  /** @returns the root, once every leaf is added. */
  async finish(): Promise<Child> {
    for (const [height, level] of this.#levels.entries()) {
      const [first, second] = level;
      if (first && !second && height === this.#levels.length - 1) return first;
      if (first) await this.#close(level, height); // may make one level more, which comes next
    }
    throw new RangeError('a file has at least one leaf');
  }

  async #close(level: Child[], height: number): Promise<void> {
    const children = level.splice(0);
    const block = fileNode(children);
    const cid = CID.createV1(dagPb.code, await sha256.digest(block));
    await this.#put(cid, block);
    const dagBytes = block.length + sum(children.map((child) => child.dagBytes));
    const fileBytes = sum(children.map((child) => child.fileBytes));
    await this.add({ cid, fileBytes, dagBytes }, height + 1);
  }
}

/** An inner node of a file, over up to `LINKS_PER_NODE` children. */
export function fileNode(children: readonly Child[]): Uint8Array {
  return dagPb.encode({
    Data: unixfsFile(children.map(({ fileBytes }) => fileBytes)),
    Links: children.map(({ cid, dagBytes }) => ({ Name: '', Tsize: dagBytes, Hash: cid })),
  });
}

/** UnixFS's protobuf of a file without bytes of its own: type, size, sizes below. */
function unixfsFile(blockSizes: number[]): Uint8Array {
  return Uint8Array.from([
    ...[0x08, TYPE_FILE],
    ...[0x18, ...varint(sum(blockSizes))],
    ...blockSizes.flatMap((size) => [0x20, ...varint(size)]),
  ]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function sum(sizes: number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

import { type FileHandle, open } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import { isCode } from '../../lib/errors.ts';
import { readHashed } from '../hashing/hash-thread.ts';
import { giveBack, takePieces } from '../hashing/pieces.ts';
import type { ByteRange } from '../storage.ts';
import { CHUNK_BYTES } from '../unixfs/chunker.ts';
import { readAhead } from '../unixfs/read-ahead.ts';
import { BlockDamaged } from '../unixfs/verify.ts';
import type { FileTree } from './file-tree.ts';

/** Leaves read ahead of the reader: enough to keep the disk busy, few enough for many readers at once. */
const LEAVES_AHEAD = 4;

/** Bytes of a file, piece by piece, each from a leaf that matches its hash; `giveBack` takes them. @throws {BlockDamaged} */
export async function* readLeaves(
  path: string,
  tree: FileTree,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  signal?.throwIfAborted();
  const file = await openFile(path, tree.root);
  const reading = new Set<Promise<Buffer[]>>();

  async function* tasks() {
    const hashes = tree.leafHashes(Math.floor(offset / CHUNK_BYTES));
    for await (const { index, hash } of hashes) {
      if (index * CHUNK_BYTES >= end) return;
      yield async () => {
        const leaf = readLeaf(file, tree, index, hash);
        reading.add(leaf);
        return { leaf, pieces: await leaf, at: index * CHUNK_BYTES };
      };
    }
  }

  try {
    for await (const { leaf, pieces, at } of readAhead(tasks(), LEAVES_AHEAD)) {
      yield* cut(pieces, offset - at, end - at, signal);
      reading.delete(leaf);
    }
  } finally {
    const unread = await Promise.allSettled(reading);
    for (const leaf of unread) if (leaf.status === 'fulfilled') leaf.value.forEach(giveBack);
    await file.close();
  }
}

/** One leaf, checked. @throws {BlockDamaged} */
export async function leafOf(path: string, tree: FileTree, index: number): Promise<Uint8Array> {
  const file = await openFile(path, tree.root);
  try {
    const pieces = await readLeaf(file, tree, index, await tree.hashOf({ level: 0, index }));
    const leaf = Buffer.concat(pieces);
    pieces.forEach(giveBack);
    return leaf;
  } finally {
    await file.close();
  }
}

/** The pieces' bytes from `from` to `to`; each piece is let go once it was taken. */
function* cut(
  pieces: Buffer[],
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Generator<Uint8Array> {
  for (let at = 0; pieces.length > 0; ) {
    signal?.throwIfAborted();
    const piece = pieces.shift() as Buffer;
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    if (part.length > 0) yield part;
    else giveBack(piece);
  }
}

async function readLeaf(file: FileHandle, tree: FileTree, index: number, hash: Buffer): Promise<Buffer[]> {
  const length = tree.shape.fileBytesOf({ level: 0, index });
  const pieces = takePieces(length);
  try {
    const { bytesRead, digest } = await readHashed(file, pieces, index * CHUNK_BYTES);
    if (bytesRead < length || !digest.equals(hash)) {
      throw damaged(tree, index, hash, bytesRead === 0 && length > 0);
    }
    return pieces;
  } catch (error) {
    pieces.forEach(giveBack);
    throw error;
  }
}

function damaged({ root, shape }: FileTree, index: number, hash: Buffer, isMissing: boolean): BlockDamaged {
  const cid = shape.levels.length > 1 ? shape.cidOf({ level: 0, index }, hash) : root;
  return new BlockDamaged(cid, isMissing ? 'is missing' : 'does not match its CID');
}

async function openFile(path: string, root: CID): Promise<FileHandle> {
  return await open(path, 'r').catch((cause) => {
    throw isCode(cause, 'ENOENT') ? new BlockDamaged(root, 'is missing', { cause }) : cause;
  });
}

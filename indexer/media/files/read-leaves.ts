import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import { isCode } from '../../lib/errors.ts';
import type { ByteRange } from '../storage.ts';
import { CHUNK_BYTES } from '../unixfs/chunker.ts';
import { readAhead } from '../unixfs/read-ahead.ts';
import { BlockDamaged } from '../unixfs/verify.ts';
import type { FileTree } from './file-tree.ts';

/** Leaves read ahead of the reader: enough to keep the disk busy, few enough for many readers at once. */
const LEAVES_AHEAD = 4;
/** A leaf is read into pieces of this size, so that a reader who stops holds one of them and not the leaf. */
const PIECE_BYTES = 65_536;

/** Bytes of a file, piece by piece, each from a leaf that matches its hash. @throws {BlockDamaged} */
export async function* readLeaves(
  path: string,
  tree: FileTree,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  signal?.throwIfAborted();
  const file = await openFile(path, tree.root);
  const reading = new Set<Promise<unknown>>();

  async function* tasks() {
    for (let index = Math.floor(offset / CHUNK_BYTES); index * CHUNK_BYTES < end; index += 1) {
      const hash = await tree.hashOf({ level: 0, index });
      yield () => {
        const leaf = readLeaf(file, tree, index, hash).finally(() => reading.delete(leaf));
        reading.add(leaf);
        return leaf.then((pieces) => ({ pieces, at: index * CHUNK_BYTES }));
      };
    }
  }

  try {
    for await (const { pieces, at } of readAhead(tasks(), LEAVES_AHEAD)) {
      yield* cut(pieces, offset - at, end - at, signal);
    }
  } finally {
    await Promise.allSettled(reading);
    await file.close();
  }
}

/** One leaf, checked. @throws {BlockDamaged} */
export async function leafOf(path: string, tree: FileTree, index: number): Promise<Uint8Array> {
  const file = await openFile(path, tree.root);
  try {
    return Buffer.concat(await readLeaf(file, tree, index, await tree.hashOf({ level: 0, index })));
  } finally {
    await file.close();
  }
}

/** The pieces' bytes from `from` to `to`; each piece is let go once it was taken. */
function* cut(
  pieces: Uint8Array[],
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Generator<Uint8Array> {
  let at = 0;
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    signal?.throwIfAborted();
    if (part.length > 0) yield part;
  }
}

async function readLeaf(
  file: FileHandle,
  { root, shape }: FileTree,
  index: number,
  hash: Buffer,
): Promise<Uint8Array[]> {
  const length = shape.fileBytesOf({ level: 0, index });
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += PIECE_BYTES) {
    pieces.push(Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, length - at)));
  }
  // The system takes no list without a place in it.
  const bytesRead = length > 0 ? (await file.readv(pieces, index * CHUNK_BYTES)).bytesRead : 0;
  const cid = shape.levels.length > 1 ? shape.cidOf({ level: 0, index }, hash) : root;
  if (bytesRead === 0 && length > 0) throw new BlockDamaged(cid, 'is missing');
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  if (bytesRead < length || !digest.digest().equals(hash))
    throw new BlockDamaged(cid, 'does not match its CID');
  return pieces;
}

async function openFile(path: string, root: CID): Promise<FileHandle> {
  return await open(path, 'r').catch((cause) => {
    throw isCode(cause, 'ENOENT') ? new BlockDamaged(root, 'is missing', { cause }) : cause;
  });
}

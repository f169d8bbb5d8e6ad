import type { CID } from 'multiformats/cid';
import { isCode } from '../../lib/errors.ts';
import { lengthOf } from '../hashing/digest.ts';
import { giveBack, takePieces } from '../hashing/pieces.ts';
import { readVerified } from '../hashing/read-verified.ts';
import { closed, quickDisk } from '../quick-disk.ts';
import type { ByteRange } from '../storage.ts';
import { CHUNK_BYTES } from '../unixfs/chunker.ts';
import { readAhead } from '../unixfs/read-ahead.ts';
import { BlockDamaged } from '../unixfs/verify.ts';
import type { FileTree } from './file-tree.ts';

/** Runs read ahead of the reader: enough to keep the disk and the thread busy, few enough for many readers at once. */
const RUNS_AHEAD = 2;
/** Leaves that are read together: what it costs to have them read in a thread is paid once for all. */
const MAX_RUN = 4;
/** In one run of each reader together; where they are more, each reads leaf by leaf. */
const MAX_LEAVES = 32;

interface Leaf {
  index: number;
  hash: Buffer;
}

/** Leaves one behind the other, each of which matches its hash. */
interface Run {
  pieces: Buffer[];
  /** Where in the file it begins. */
  at: number;
  /** Of the leaf behind them. */
  damage: BlockDamaged | null;
}

/** Of all files together. */
let readers = 0;

/**
 * Bytes of a file, in lists of pieces which `giveBack` takes. Whoever takes a piece takes it out of its list: what is left
 * there is used again.
 * @throws {BlockDamaged}
 */
export async function* readLeaves(
  path: string,
  tree: FileTree,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array[], void> {
  const end = offset + length;
  signal?.throwIfAborted();
  const fd = await openFile(path, tree.root);
  const reading = new Set<Promise<Run>>();
  readers += 1;

  async function* tasks() {
    for await (const leaves of runs(tree, offset, end)) {
      yield async () => {
        const run = readRun(fd, tree, leaves, leaves[0]?.index === Math.floor(offset / CHUNK_BYTES));
        reading.add(run);
        return { run, ...(await run) };
      };
    }
  }

  try {
    for await (const { run, pieces, at, damage } of readAhead(tasks(), RUNS_AHEAD)) {
      signal?.throwIfAborted();
      cut(pieces, offset - at, end - at);
      yield pieces;
      if (damage) throw damage;
      reading.delete(run);
    }
  } finally {
    readers -= 1;
    const unread = await Promise.allSettled(reading);
    for (const run of unread) if (run.status === 'fulfilled') run.value.pieces.forEach(giveBack);
    await closed(fd);
  }
}

/** One leaf, checked. @throws {BlockDamaged} */
export async function leafOf(path: string, tree: FileTree, index: number): Promise<Uint8Array> {
  const fd = await openFile(path, tree.root);
  try {
    const hash = await tree.hashOf({ level: 0, index });
    const { pieces, damage } = await readRun(fd, tree, [{ index, hash }], true);
    if (damage) throw damage;
    const leaf = Buffer.concat(pieces);
    pieces.forEach(giveBack);
    return leaf;
  } finally {
    await closed(fd);
  }
}

/** The leaves between, first one alone, since many readers want the first bytes and no more, and then more at a time. */
async function* runs(tree: FileTree, offset: number, end: number): AsyncGenerator<Leaf[]> {
  let wanted = 1;
  let run: Leaf[] = [];
  for await (const leaf of tree.leafHashes(Math.floor(offset / CHUNK_BYTES))) {
    if (leaf.index * CHUNK_BYTES >= end) break;
    run.push(leaf);
    if (run.length < wanted) continue;
    yield run;
    run = [];
    wanted = Math.max(1, Math.min(2 * wanted, MAX_RUN, Math.floor(MAX_LEAVES / readers)));
  }
  if (run.length > 0) yield run;
}

/** Leaves of the pieces' bytes those from `from` to `to`. */
function cut(pieces: Buffer[], from: number, to: number): void {
  if (from <= 0 && to >= lengthOf(pieces)) return;
  let at = 0;
  for (const piece of pieces.splice(0)) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    if (part.length > 0) pieces.push(part);
    else giveBack(piece);
  }
}

async function readRun(fd: number, tree: FileTree, leaves: Leaf[], isFirst: boolean): Promise<Run> {
  const at = (leaves[0]?.index ?? 0) * CHUNK_BYTES;
  const parts = leaves.map(({ index, hash }) => ({
    pieces: takePieces(tree.shape.fileBytesOf({ level: 0, index })),
    hash,
  }));
  const letGo = (from: number) => {
    for (const { pieces } of parts.splice(from)) pieces.forEach(giveBack);
  };
  try {
    const wrong = await readVerified({ fd, position: at, parts, isFirst });
    if (wrong) letGo(wrong.nth);
    const damage = wrong && damaged(tree, leaves[wrong.nth] as Leaf, wrong.isMissing);
    return { pieces: parts.flatMap(({ pieces }) => pieces), at, damage };
  } catch (error) {
    letGo(0);
    throw error;
  }
}

function damaged({ root, shape }: FileTree, { index, hash }: Leaf, isMissing: boolean): BlockDamaged {
  const cid = shape.levels.length > 1 ? shape.cidOf({ level: 0, index }, hash) : root;
  return new BlockDamaged(cid, isMissing ? 'is missing' : 'does not match its CID');
}

async function openFile(path: string, root: CID): Promise<number> {
  return await quickDisk.open(path).catch((cause) => {
    throw isCode(cause, 'ENOENT') ? new BlockDamaged(root, 'is missing', { cause }) : cause;
  });
}

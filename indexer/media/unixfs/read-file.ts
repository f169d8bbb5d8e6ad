import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import type { ByteRange } from '../storage.ts';
import { readAhead } from './read-ahead.ts';
import { BlockDamaged, type VerifiedBlocks } from './verify.ts';

/** Leaves read ahead of the reader: enough to keep the disk busy, few enough for many readers at once. */
const LEAVES_AHEAD = 4;

/** A raw leaf, or the bytes that a node holds itself, as those of CIDv0 do. */
interface Part {
  /** Where in the file it begins. */
  offset: number;
  content: CID | Uint8Array;
  /** What the node above says of it; unknown of a root. */
  sizeBytes: number | undefined;
}

/** Size of the file with this root block; `null` for what is no file, such as a folder. */
export function fileSizeBytes(root: CID, block: Uint8Array): number | null {
  if (root.code === raw.code) return block.length;
  if (root.code !== dagPb.code) return null;
  try {
    return Number(fileNode(root, block).unixfs.fileSize());
  } catch {
    return null;
  }
}

/**
 * The file's bytes `[offset, offset + length)`, which must lie inside it, leaf by leaf.
 * @throws {BlockDamaged} when a block is missing, damaged or no part of a file.
 */
export async function* readFileBytes(
  blocks: VerifiedBlocks,
  root: CID,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  const stopped = new AbortController();
  const stop = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal;
  const cut = async (part: Part) => {
    const whole = await wholePart(blocks, part, stop);
    return whole.subarray(Math.max(0, offset - part.offset), Math.max(0, end - part.offset));
  };

  async function* tasks() {
    const walk = { at: 0, sizeBytes: undefined, from: offset, to: end, stop };
    for await (const part of parts(blocks, root, walk)) yield () => cut(part);
  }

  try {
    for await (const bytes of readAhead(tasks(), LEAVES_AHEAD)) {
      signal?.throwIfAborted();
      yield bytes;
    }
  } finally {
    stopped.abort(); // what was read ahead, when the reader has enough
  }
}

async function wholePart(
  blocks: VerifiedBlocks,
  { content, sizeBytes }: Part,
  stop: AbortSignal,
): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const bytes = await blocks.read(content, stop);
  if (sizeBytes !== undefined && bytes.length !== sizeBytes) throw otherSize(content);
  return bytes;
}

/** Where a walk is, and which part of the file it is for. */
interface Walk {
  /** Where in the file the node begins. */
  at: number;
  sizeBytes: number | undefined;
  from: number;
  to: number;
  stop: AbortSignal;
}

/** Parts of the file that overlap `[from, to)`, in order. */
async function* parts(blocks: VerifiedBlocks, cid: CID, walk: Walk): AsyncGenerator<Part> {
  if (cid.code === raw.code) {
    yield { offset: walk.at, content: cid, sizeBytes: walk.sizeBytes };
    return;
  }
  const { links, unixfs } = fileNode(cid, await blocks.read(cid, walk.stop));
  if (walk.sizeBytes !== undefined && Number(unixfs.fileSize()) !== walk.sizeBytes) throw otherSize(cid);
  const overlaps = (from: number, to: number) => from < to && from < walk.to && to > walk.from;
  const held = unixfs.data ?? new Uint8Array();
  let at = walk.at;
  if (overlaps(at, at + held.length)) yield { offset: at, content: held, sizeBytes: held.length };
  at += held.length;
  for (const [index, link] of links.entries()) {
    const sizeBytes = Number(unixfs.blockSizes[index]);
    if (overlaps(at, at + sizeBytes)) yield* parts(blocks, link, { ...walk, at, sizeBytes });
    at += sizeBytes;
  }
}

function otherSize(cid: CID): BlockDamaged {
  return new BlockDamaged(cid, 'has another size than its file says');
}

/** @throws {BlockDamaged} when the block, which matches its CID, is no node of a file. */
function fileNode(cid: CID, block: Uint8Array): { links: CID[]; unixfs: UnixFS } {
  try {
    const { Links, Data } = dagPb.decode(block);
    const unixfs = UnixFS.unmarshal(Data ?? new Uint8Array());
    const isFile = unixfs.type === 'file' || unixfs.type === 'raw';
    if (!isFile || unixfs.blockSizes.length !== Links.length) throw new TypeError(unixfs.type);
    return { links: Links.map(({ Hash }) => Hash), unixfs };
  } catch (cause) {
    throw new BlockDamaged(cid, 'is no part of a file', { cause });
  }
}

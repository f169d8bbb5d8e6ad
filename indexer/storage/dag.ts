import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import type { BlockFiles } from './blocks.ts';
import { blockPath } from './blocks.ts';
import type { ByteRange } from './storage.ts';
import { BlockDamaged, type VerifiedBlocks } from './verify.ts';

/** Leaves read ahead of the reader: enough to keep the disk busy, few enough for many readers at once. */
const LEAVES_AHEAD = 4;

/** A raw leaf, or the bytes that a node holds itself, as those of CIDv0 do. */
interface Part {
  /** Where in the file it begins. */
  offset: number;
  content: CID | Uint8Array;
}

/** Paths of every block below and including `root`. Reads the inner nodes only: leaves are raw. */
export async function* blockPaths(blocks: BlockFiles, root: CID): AsyncGenerator<string> {
  yield blockPath(root);
  if (root.code === raw.code) return;
  for (const link of dagPb.decode(await blocks.read(root)).Links) yield* blockPaths(blocks, link.Hash);
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
  const read = async (part: Part) => {
    const whole = part.content instanceof Uint8Array ? part.content : await blocks.read(part.content, stop);
    return whole.subarray(Math.max(0, offset - part.offset), Math.max(0, end - part.offset));
  };

  const ahead: Promise<Uint8Array>[] = [];
  let left = length;
  try {
    for await (const part of parts(blocks, root, { at: 0, from: offset, to: end, stop })) {
      signal?.throwIfAborted();
      const bytes = read(part);
      bytes.catch(() => undefined); // seen when its turn comes, or nobody reads on
      const due = ahead.push(bytes) >= LEAVES_AHEAD ? await ahead.shift() : undefined;
      if (!due) continue;
      left -= due.length;
      yield due;
    }
    for (const bytes of ahead) {
      signal?.throwIfAborted();
      const due = await bytes;
      left -= due.length;
      yield due;
    }
  } finally {
    stopped.abort(); // what was read ahead, when the reader has enough
  }
  if (left !== 0) throw new BlockDamaged(root, 'has leaves of other sizes than it says');
}

interface Span {
  /** Where in the file the node begins. */
  at: number;
  from: number;
  to: number;
  stop: AbortSignal;
}

/** Parts of the file that overlap `[from, to)`, in order. */
async function* parts(blocks: VerifiedBlocks, cid: CID, span: Span): AsyncGenerator<Part> {
  if (cid.code === raw.code) {
    yield { offset: span.at, content: cid };
    return;
  }
  const { links, unixfs } = fileNode(cid, await blocks.read(cid, span.stop));
  let at = span.at;
  if (unixfs.data?.length) {
    if (at < span.to && at + unixfs.data.length > span.from) yield { offset: at, content: unixfs.data };
    at += unixfs.data.length;
  }
  for (const [index, link] of links.entries()) {
    const next = at + Number(unixfs.blockSizes[index]);
    if (at < span.to && next > span.from) yield* parts(blocks, link, { ...span, at });
    at = next;
  }
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

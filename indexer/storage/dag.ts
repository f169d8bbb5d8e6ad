import { decode } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import type { BlockFiles } from './blocks.ts';
import { blockPath } from './blocks.ts';
import type { ByteRange } from './storage.ts';

/** Leaves read ahead of the reader: enough to keep the disk busy, few enough for many readers at once. */
const LEAVES_AHEAD = 4;

interface Leaf {
  cid: CID;
  /** Where in the file it begins. */
  offset: number;
}

/** Paths of every block below and including `root`. Reads the inner nodes only: leaves are raw. */
export async function* blockPaths(blocks: BlockFiles, root: CID): AsyncGenerator<string> {
  yield blockPath(root);
  if (root.code === raw.code) return;
  for (const link of decode(await blocks.read(root)).Links) yield* blockPaths(blocks, link.Hash);
}

/** The file's bytes `[offset, offset + length)`, which must lie inside it, leaf by leaf. */
export async function* readFileBytes(
  blocks: BlockFiles,
  root: CID,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  const cut = (leaf: Leaf, bytes: Uint8Array) =>
    bytes.subarray(Math.max(0, offset - leaf.offset), Math.max(0, end - leaf.offset));

  const ahead: Promise<Uint8Array>[] = [];
  for await (const leaf of leaves(blocks, { cid: root, offset: 0 }, offset, end)) {
    signal?.throwIfAborted();
    const bytes = blocks.read(leaf.cid).then((whole) => cut(leaf, whole));
    bytes.catch(() => undefined); // seen when its turn comes, or nobody reads on
    const due = ahead.push(bytes) >= LEAVES_AHEAD ? ahead.shift() : undefined;
    if (due) yield await due;
  }
  for (const bytes of ahead) {
    signal?.throwIfAborted();
    yield await bytes;
  }
}

/** Leaves that overlap `[from, to)`, in order. */
async function* leaves(
  blocks: BlockFiles,
  { cid, offset }: Leaf,
  from: number,
  to: number,
): AsyncGenerator<Leaf> {
  if (cid.code === raw.code) {
    yield { cid, offset };
    return;
  }
  const node = decode(await blocks.read(cid));
  const { blockSizes } = UnixFS.unmarshal(node.Data ?? new Uint8Array());
  let at = offset;
  for (const [index, link] of node.Links.entries()) {
    const next = at + Number(blockSizes[index] ?? 0n);
    if (at < to && next > from) yield* leaves(blocks, { cid: link.Hash, offset: at }, from, to);
    at = next;
  }
}

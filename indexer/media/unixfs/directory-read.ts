import { base32 } from 'multiformats/bases/base32';
import type { CID } from 'multiformats/cid';
import type { FoundMedia, ListedMedia, MediaStat } from '../storage.ts';
import { FANOUT, hamtDigits, hamtPrefix } from './hamt.ts';
import { linksOf, type NodeLink, type NodeLinks } from './node-links.ts';
import { fileSizeBytes } from './read-file.ts';
import { BlockDamaged, type VerifiedBlocks } from './verify.ts';

/** What the walk through directories needs of whoever keeps them. */
export interface DirectoryBlocks extends VerifiedBlocks {
  /** What the root of a file or of a directory is; `null` for anything else. */
  stat(cid: CID): Promise<MediaStat | null>;
}

/** What a root block says it is; `null` for what is neither file nor directory. */
export function mediaStat(root: CID, block: Uint8Array): MediaStat | null {
  const fileBytes = fileSizeBytes(root, block);
  if (fileBytes !== null) return { kind: 'file', sizeBytes: fileBytes };
  const node = nodeOf(root, block);
  if (node?.kind !== 'directory' && node?.kind !== 'shard') return null;
  const sizeBytes = node.links.reduce((sum, { dagBytes }) => sum + dagBytes, block.length);
  return { kind: 'directory', sizeBytes };
}

/** What stands at a path below a root; `null` where nothing does. */
export async function findBelow(
  blocks: DirectoryBlocks,
  root: CID,
  path: string,
): Promise<FoundMedia | null> {
  let cid: CID | null = root;
  for (const name of path === '' ? [] : path.split('/')) {
    if ((await blocks.stat(cid))?.kind !== 'directory') return null;
    cid = await childNamed(blocks, cid, name);
    if (cid === null) return null;
  }
  const stat = await blocks.stat(cid);
  return stat && { cid: textOf(cid), ...stat };
}

/** What a directory names, in the order of its nodes. */
export async function* listDirectory(blocks: DirectoryBlocks, root: CID): AsyncGenerator<ListedMedia> {
  for await (const { name, cid } of linksBelow(blocks, root)) {
    const stat = await blocks.stat(cid);
    if (stat) yield { name, cid: textOf(cid), ...stat };
  }
}

async function childNamed(blocks: VerifiedBlocks, root: CID, name: string): Promise<CID | null> {
  const digits = hamtDigits(name);
  let cid = root;
  for (let depth = 0; ; depth += 1) {
    const { links, kind } = directoryNode(cid, await blocks.read(cid));
    if (kind !== 'shard') return links.find((link) => link.name === name)?.cid ?? null;
    const digit = digits[depth];
    if (digit === undefined) return null;
    const prefix = hamtPrefix(digit);
    const found = links.find((link) => link.name === prefix + name);
    if (found) return found.cid;
    const shard = links.find((link) => link.name === prefix);
    if (!shard) return null;
    cid = shard.cid;
  }
}

async function* linksBelow(blocks: VerifiedBlocks, cid: CID): AsyncGenerator<NodeLink> {
  const { links, kind } = directoryNode(cid, await blocks.read(cid));
  for (const link of links) {
    if (kind !== 'shard') yield link;
    else if (link.name.length === 2) yield* linksBelow(blocks, link.cid);
    else yield { ...link, name: link.name.slice(2) };
  }
}

/** @throws {BlockDamaged} when the block, which matches its CID, is no node of a directory. */
function directoryNode(cid: CID, block: Uint8Array): NodeLinks {
  const node = nodeOf(cid, block);
  const isRight = node?.kind === 'directory' || node?.fanout === FANOUT;
  if (node === null || !isRight) throw new BlockDamaged(cid, 'is no part of a directory');
  return node;
}

/** `null` for what is no node at all. */
function nodeOf(cid: CID, block: Uint8Array): NodeLinks | null {
  try {
    return linksOf(cid, block);
  } catch {
    return null;
  }
}

function textOf(cid: CID): string {
  return cid.toV1().toString(base32);
}

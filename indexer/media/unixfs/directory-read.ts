import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { base32 } from 'multiformats/bases/base32';
import type { CID } from 'multiformats/cid';
import type { FoundMedia, ListedMedia, MediaStat } from '../storage.ts';
import { hamtDigits, hamtPrefix } from './hamt.ts';
import { fileSizeBytes } from './read-file.ts';
import { BlockDamaged, type VerifiedBlocks } from './verify.ts';

/** What the walk through directories needs of whoever keeps them. */
export interface DirectoryBlocks extends VerifiedBlocks {
  /** What the root of a file or of a directory is; `null` for anything else. */
  stat(cid: CID): Promise<MediaStat | null>;
}

interface Link {
  name: string;
  cid: CID;
}

interface DirectoryNode {
  links: Link[];
  sharded: boolean;
}

/** What a root block says it is; `null` for what is neither file nor directory. */
export function mediaStat(root: CID, block: Uint8Array): MediaStat | null {
  const fileBytes = fileSizeBytes(root, block);
  if (fileBytes !== null) return { kind: 'file', sizeBytes: fileBytes };
  if (root.code !== dagPb.code) return null;
  try {
    const { Links, Data } = dagPb.decode(block);
    if (!UnixFS.unmarshal(Data ?? new Uint8Array()).isDirectory()) return null;
    const sizeBytes = Links.reduce((sum, { Tsize = 0 }) => sum + Tsize, block.length);
    return { kind: 'directory', sizeBytes };
  } catch {
    return null;
  }
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
  for await (const { name, cid } of linksOf(blocks, root)) {
    const stat = await blocks.stat(cid);
    if (stat) yield { name, cid: textOf(cid), ...stat };
  }
}

/** CIDs of all that directory nodes name, shards of theirs included. */
export function linksOfNode(block: Uint8Array): CID[] {
  return dagPb.decode(block).Links.map(({ Hash }) => Hash);
}

async function childNamed(blocks: VerifiedBlocks, root: CID, name: string): Promise<CID | null> {
  const digits = hamtDigits(name);
  let cid = root;
  for (let depth = 0; ; depth += 1) {
    const { links, sharded } = directoryNode(cid, await blocks.read(cid));
    if (!sharded) return links.find((link) => link.name === name)?.cid ?? null;
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

async function* linksOf(blocks: VerifiedBlocks, cid: CID): AsyncGenerator<Link> {
  const { links, sharded } = directoryNode(cid, await blocks.read(cid));
  for (const link of links) {
    if (!sharded) yield link;
    else if (link.name.length === 2) yield* linksOf(blocks, link.cid);
    else yield { ...link, name: link.name.slice(2) };
  }
}

/** @throws {BlockDamaged} when the block, which matches its CID, is no node of a directory. */
function directoryNode(cid: CID, block: Uint8Array): DirectoryNode {
  try {
    const { Links, Data } = dagPb.decode(block);
    const { type, fanout } = UnixFS.unmarshal(Data ?? new Uint8Array());
    const sharded = type === 'hamt-sharded-directory';
    if (type !== 'directory' && !(sharded && fanout === 256n)) throw new TypeError(type);
    return { links: Links.map(({ Name = '', Hash }) => ({ name: Name, cid: Hash })), sharded };
  } catch (cause) {
    throw new BlockDamaged(cid, 'is no part of a directory', { cause });
  }
}

function textOf(cid: CID): string {
  return cid.toV1().toString(base32);
}

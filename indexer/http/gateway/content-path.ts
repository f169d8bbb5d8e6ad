import * as dagPb from '@ipld/dag-pb';
import type { Request } from 'express';
import type { CID } from 'multiformats/cid';
import { parseIpfsCid } from '../../lib/cid.ts';
import type { ByteRange, FoundMedia, MediaStorage } from '../../media/storage.ts';
import { findBelow } from '../../media/unixfs/directory-read.ts';
import { readFileBytes } from '../../media/unixfs/read-file.ts';
import { blocksOf } from '../../media/unixfs/storage-blocks.ts';
import type { ServedCheck } from '../../playback/takedown/served-check.ts';
import { missing } from './refusals.ts';

/** What stands at a path. */
export interface Found extends FoundMedia {
  root: CID;
  /** CIDs of what was asked for and of every name on the way, the last one that of what was found. */
  roots: string[];
  /** Directory nodes on the way, which prove that it stands there. */
  proof: CID[];
  /** Of a file. */
  read(range: ByteRange): AsyncIterable<Uint8Array>;
}

/** 48 weeks, as IPFS gateways say it: what a CID names never changes. */
export const FOR_EVER = 'public, max-age=29030400, immutable';

/** Names of a path as the router gives it. */
export function namesIn(path: readonly string[] = []): string[] {
  return path.flatMap((segment) => segment.split('/')).filter((name) => name !== '');
}

/**
 * What stands at a path below a CID that is here.
 * @throws {HttpProblem} 404 `media_not_found`, and {TakenDown} where it, or what it is below, is taken down
 */
export async function foundBelow(
  req: Request,
  cid: string,
  names: readonly string[],
  { storage, servedCheck }: { storage: MediaStorage; servedCheck?: ServedCheck | undefined },
): Promise<Found> {
  const found = await findAt(storage, cid, names);
  if (found === null) throw missing(req, `There is no "${names.join('/').slice(0, 200)}" below ${cid}.`);
  for (const below of found.roots.slice(1)) await servedCheck?.(below);
  return found;
}

/**
 * What stands below a CID, be it a root that is kept here or a part of one, which then is a file or a directory of its
 * own.
 * @throws {BlockDamaged} where a block on the way is missing.
 */
export async function findAt(
  storage: MediaStorage,
  cid: string,
  names: readonly string[],
): Promise<Found | null> {
  const kept = await storage.stat(cid);
  let root = parseIpfsCid(cid);
  if (root === null) return null;
  const roots = [cid];
  const proof: CID[] = [];
  const blocks = blocksOf(storage, proof);
  for (const name of names) {
    const below = await findBelow(blocks, root, name);
    root = below && parseIpfsCid(below.cid);
    if (below === null || root === null) return null;
    roots.push(below.cid);
  }
  const end = roots.at(-1) ?? cid;
  const stat = names.length === 0 && kept ? kept : await blocks.stat(root);
  if (stat === null) return null;
  const at = root;
  const read = kept
    ? (range: ByteRange) => storage.read(end, range)
    : (range: ByteRange) => readFileBytes(blocks, at, within(range, stat.sizeBytes));
  return { cid: end, ...stat, root, roots, proof, read };
}

function within({ offset, length, signal }: ByteRange, sizeBytes: number): ByteRange {
  const range = { offset: Math.min(offset, sizeBytes), length: 0 };
  return { ...range, length: Math.min(length, sizeBytes - range.offset), ...(signal && { signal }) };
}

/** In the version that the client spelt what it asked for: older nodes are linked so. */
export function spelt(cid: CID, text: string): CID {
  return text.startsWith('Qm') && cid.code === dagPb.code ? cid.toV0() : cid;
}

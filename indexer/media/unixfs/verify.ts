import { hash } from 'node:crypto';
import * as dagPb from '@ipld/dag-pb';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { sha256 } from 'multiformats/hashes/sha2';
import { errorWith } from '../../lib/errors.ts';

/** Blocks that are checked against their CID before anyone sees them. */
export interface VerifiedBlocks {
  /** @throws {BlockDamaged} when it is missing or its bytes do not match; the signal's reason when that aborts. */
  read(cid: CID, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A block that is missing or whose bytes are not those its CID promises. */
export class BlockDamaged extends errorWith<{ cid: string }>() {
  constructor(cid: CID, reason: string, options?: ErrorOptions) {
    super(`block ${cid} ${reason}`, { ...options, cid: cid.toString() });
  }
}

/** @returns `bytes`. @throws {BlockDamaged} when they are not what the CID promises. */
export function verified(cid: CID, bytes: Uint8Array): Uint8Array {
  if (!isVerifiable(cid)) throw new BlockDamaged(cid, 'has a hash other than sha2-256');
  if (!hash('sha256', bytes, 'buffer').equals(cid.multihash.digest)) {
    throw new BlockDamaged(cid, 'does not match its CID');
  }
  return bytes;
}

export function isVerifiable(cid: CID): boolean {
  return cid.multihash.code === sha256.code;
}

export function cidOfNode(block: Uint8Array): CID {
  return CID.createV1(dagPb.code, createDigest(sha256.code, hash('sha256', block, 'buffer')));
}

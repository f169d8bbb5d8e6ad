import fc from 'fast-check';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import * as Digest from 'multiformats/hashes/digest';
import { sha256 } from 'multiformats/hashes/sha2';
import type { Call } from './document.ts';

export type Request = Omit<Call, 'operation'>;

/** How calls of one operation that succeed come about. */
export interface Recipe {
  valid: fc.Arbitrary<Request>;
  /** Brings the host into the state in which the call succeeds. @returns the call to send in its place, if any. */
  prepare?: (call: Request) => Promise<Request | unknown>;
}

export const anyCid = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => CID.createV1(raw.code, Digest.create(sha256.code, bytes)).toString());

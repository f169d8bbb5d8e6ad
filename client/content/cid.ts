import { ClientError } from '../errors.ts';
import { hexOf, sha256Hex } from './hash.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const SHA256 = [0x12, 0x20];
const DIGEST_BYTES = 32;
export const DAG_PB = 0x70;
export const RAW = 0x55;

/** A CID that a block can be checked against. */
export interface BlockId {
  codec: number;
  /** SHA-256 of the block, in hex. */
  digest: string;
}

/** @param text as `GET /contents` shows it: version 1 in base32, of SHA-256. @throws {ClientError} content_mismatch */
export function parseCid(text: string): BlockId {
  const bytes = /^b[a-z2-7]+$/.test(text) ? base32(text.slice(1)) : [];
  return cidOf(Uint8Array.from(bytes)) ?? refuse(text);
}

/** The same from its bytes; `null` where they are something else. */
export function cidOf(bytes: Uint8Array): BlockId | null {
  const [version, codec = 0] = bytes;
  const hash = bytes.subarray(2);
  const isKnown = version === 1 && SHA256.every((byte, index) => hash[index] === byte);
  return isKnown && hash.length === 2 + DIGEST_BYTES ? { codec, digest: hexOf(hash.subarray(2)) } : null;
}

/** @throws {ClientError} content_mismatch, where the bytes are not what it names */
export async function verifyBlock(bytes: Uint8Array<ArrayBuffer>, { digest }: BlockId): Promise<void> {
  if ((await sha256Hex(bytes)) !== digest) {
    throw new ClientError('content_mismatch', 'This is not what the CID names.');
  }
}

function base32(text: string): number[] {
  const bytes: number[] = [];
  let [value, bits] = [0, 0];
  for (const character of text) {
    value = ((value << 5) | BASE32.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return bytes;
}

function refuse(text: string): never {
  throw new ClientError('content_mismatch', `${text.slice(0, 100)} is no CID of a packaged video.`);
}

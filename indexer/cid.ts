import { base16 } from 'multiformats/bases/base16';
import { base32 } from 'multiformats/bases/base32';
import { base36 } from 'multiformats/bases/base36';
import { base58btc } from 'multiformats/bases/base58';
import { base64, base64url } from 'multiformats/bases/base64';
import type { MultibaseDecoder } from 'multiformats/cid';
import { CID } from 'multiformats/cid';

const ETHSTORAGE_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const MAX_LENGTH = 128;

let decoders: MultibaseDecoder<string> | undefined;

/**
 * The one form under which a content address is looked up: CIDv1 in base32, so that every spelling of the same
 * content (v0, v1, any multibase) finds each other; an EthStorage address in lower case.
 * @returns `null` when `text` is neither.
 */
export function canonicalCid(text: string): string | null {
  if (ETHSTORAGE_ADDRESS.test(text)) return text.toLowerCase();
  return parseIpfsCid(text)?.toV1().toString(base32) ?? null;
}

/** Parses an IPFS CID in any of the common multibases; `null` when it is none. */
export function parseIpfsCid(text: string): CID | null {
  if (text.length > MAX_LENGTH) return null;
  decoders ??= base32.decoder
    .or(base58btc.decoder)
    .or(base36.decoder)
    .or(base16.decoder)
    .or(base64.decoder)
    .or(base64url.decoder);
  try {
    return CID.parse(text, decoders);
  } catch {
    return null;
  }
}

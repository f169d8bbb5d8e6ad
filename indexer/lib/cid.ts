import { base32 } from 'multiformats/bases/base32';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { BoundedMap } from './bounded-map.ts';

const ETHSTORAGE_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** As many bytes as a contract takes: a CID that can't be listed is not looked up either. */
const MAX_LENGTH = 128;

/** Every multibase but `identity`, whose text is the bare bytes. */
const { identity: _, ...TEXT_BASES } = bases;
/** Each read of media asks several times, of the same few mostly. 1 MB. */
const canonical = new BoundedMap<string, string>(4_096);
const baseByPrefix = new Map(Object.values(TEXT_BASES).map((base) => [String(base.prefix), base]));

/**
 * The one form under which a content address is looked up: CIDv1 in base32, made from the CID's bytes, so that every
 * spelling of the same content (v0, v1, any multibase, any case or padding that it is read in) finds each other; an
 * EthStorage address in lower case.
 * @returns `null` when `text` is neither.
 */
export function canonicalCid(text: string): string | null {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  if (ETHSTORAGE_ADDRESS.test(text)) return text.toLowerCase();
  const key = parseIpfsCid(text)?.toString(base32) ?? null;
  if (key !== null) canonical.set(text, key);
  return key;
}

/**
 * Parses an IPFS CID in any multibase. Nothing of how it was spelt is left in it: `CID.parse` would keep the text, which
 * `toString` and Kubo's client repeat.
 * @returns it as v1; `null` when `text` is none.
 */
export function parseIpfsCid(text: string): CID | null {
  if (text.length > MAX_LENGTH) return null;
  try {
    return CID.decode(bytesOf(text)).toV1();
  } catch {
    return null;
  }
}

/** @throws when the text is in no base. */
function bytesOf(text: string): Uint8Array {
  if (text.startsWith('Qm')) return bases.base58btc.baseDecode(text);
  const base = baseByPrefix.get(String.fromCodePoint(text.codePointAt(0) ?? 0));
  if (!base) throw new RangeError('no multibase');
  return base.decode(text);
}

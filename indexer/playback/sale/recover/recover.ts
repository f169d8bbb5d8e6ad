import { availableParallelism } from 'node:os';
import { keccak256, Signature } from 'ethers';
import { BoundedMap } from '../../../lib/bounded-map.ts';
import { openPublicKeyOf, type PublicKeyOf, SIGNED_BYTES } from './public-key.ts';
import { RecoverThread } from './recover-thread.ts';

/** Of secp256k1, in hex. */
const HALF_ORDER = '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0';
/** What clients send: there is nothing to spell in another way. */
const PLAIN = /^0x[0-9a-f]{128}1[bc]$/;
/** Where there is one core alone, a second thread would only take its time. */
const isThreadOfUse = availableParallelism() > 1;
/** A channel's key signs many vouchers. */
const MAX_ADDRESSES = 10_000;

/**
 * Who has signed 32 bytes, by a signature in its one spelling: an address in lower case; `null` when it is not the signature
 * of any key.
 */
export type Recover = (digest: string, signature: string) => Promise<string | null>;

/** One for the process, however many sell in it. */
let thread: RecoverThread | null = null;
let here: Promise<PublicKeyOf> | undefined;

export function createRecover(): Recover {
  const addresses = new BoundedMap<string, string>(MAX_ADDRESSES);
  return async (digest, signature) => {
    const found = await publicKeyOf(signedBytes(digest, signature));
    if (found === null) return null;
    const key = Buffer.from(found).toString('latin1');
    const address = addresses.get(key) ?? addressOf(found);
    addresses.set(key, address);
    return address;
  };
}

/** In a thread, once that runs: of all that a sale takes, this takes most (decision 0113). */
async function publicKeyOf(signed: Uint8Array): Promise<ReturnType<PublicKeyOf>> {
  if (isThreadOfUse) {
    thread ??= new RecoverThread(() => {
      thread = null; // the next one asked for starts another
    });
  }
  const found = thread?.isReady ? await thread.publicKeyOf(signed) : undefined;
  if (found !== undefined) return found;
  here ??= openPublicKeyOf();
  return (await here)(signed);
}

/** Of texts in hex; the signature in its one spelling. */
export function signedBytes(digest: string, signature: string): Uint8Array {
  const signed = Buffer.from(digest.slice(2) + signature.slice(2), 'hex');
  signed[SIGNED_BYTES - 1] = signed[SIGNED_BYTES - 1] === 28 ? 1 : 0;
  return signed;
}

function addressOf(key: Uint8Array): string {
  return `0x${keccak256(key.subarray(1)).slice(-40)}`;
}

/**
 * The one spelling of a key's signature, 65 bytes with `v` of 27 or 28. It takes `v` of 0 and 1, and 64 bytes (EIP-2098).
 * @returns `null` when it can be none: the contract takes no `s` of the upper half either, which somebody else may have made.
 */
export function plainSignature(text: string): string | null {
  try {
    const plain = PLAIN.test(text) ? text : Signature.from(text).serialized;
    return plain.slice(66, 130) > HALF_ORDER ? null : plain;
  } catch {
    return null;
  }
}

import { getBytes, keccak256, Signature } from 'ethers';

/** Of secp256k1. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** In lower case; `null` when it is not the signature of any key. */
export type Recover = (digest: string, signature: string) => string | null;

/**
 * @returns what finds who has signed 32 bytes. The library's WebAssembly takes a sixth of the time of one in JavaScript, and is
 *   loaded only where something is sold.
 */
export async function openRecover(): Promise<Recover> {
  const { recover } = await import('tiny-secp256k1');
  return (digest, signature) => {
    const bytes = getBytes(signature);
    const parity = bytes[64] === 28 ? 1 : 0;
    try {
      const key = recover(getBytes(digest), bytes.subarray(0, 64), parity, false);
      return key === null ? null : `0x${keccak256(key.subarray(1)).slice(-40)}`;
    } catch {
      return null; // Numbers out of range.
    }
  };
}

/**
 * The one spelling of a key's signature, 65 bytes with `v` of 27 or 28. It takes `v` of 0 and 1, and 64 bytes (EIP-2098).
 * @returns `null` when it can be none: the contract takes no `s` of the upper half either, which somebody else may have made.
 */
export function plainSignature(text: string): string | null {
  try {
    const signature = Signature.from(text);
    return BigInt(signature.s) > HALF_ORDER ? null : signature.serialized;
  } catch {
    return null;
  }
}

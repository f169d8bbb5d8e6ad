/** 32 bytes that were signed, the signature, and its parity. */
export const SIGNED_BYTES = 97;
/** Without compression. */
export const KEY_BYTES = 65;

/** The public key whose signature it is, of {@link SIGNED_BYTES}; `null` for that of no key. */
export type PublicKeyOf = (signed: Uint8Array) => Uint8Array | null;

/**
 * The library's WebAssembly takes a sixth of the time of one in JavaScript (decision 0113), and is loaded only where something
 * is sold.
 */
export async function openPublicKeyOf(): Promise<PublicKeyOf> {
  const { recover } = await import('tiny-secp256k1');
  return (signed) => {
    const parity = signed[SIGNED_BYTES - 1] === 1 ? 1 : 0;
    try {
      return recover(signed.subarray(0, 32), signed.subarray(32, 96), parity, false);
    } catch {
      return null; // Numbers out of range.
    }
  };
}

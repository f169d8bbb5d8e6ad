import { isHexString, N } from 'ethers';

/** Whether it is a key of secp256k1: 0x and 32 bytes, above zero and below the order of the curve. */
export function isPrivateKey(hex: string): boolean {
  return isHexString(hex, 32) && BigInt(hex) > 0n && BigInt(hex) < N;
}

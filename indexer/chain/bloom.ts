import { getBytes, keccak256 } from 'ethers';

/** The three bits that a value sets in a header's logs bloom (yellow paper, 4.3.1). */
export type BloomBits = readonly [number, number, number];

export function bloomBits(value: string): BloomBits {
  const hash = getBytes(keccak256(value));
  const bit = (at: number) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047;
  return [bit(0), bit(2), bit(4)];
}

/** Whether a block with this bloom may hold a log with the value; `false` is certain, `true` may be chance. */
export function bloomMayHold(bloom: string, bits: BloomBits): boolean {
  return bits.every((bit) => {
    // The bloom is big-endian: bit 0 is the lowest of the last hex digit.
    const digit = Number.parseInt(bloom[bloom.length - 1 - (bit >> 2)] ?? '0', 16);
    return ((digit >> (bit & 3)) & 1) === 1;
  });
}

import { murmur364 } from '@multiformats/murmur3';

/** Slots of a node of the hash tree that a large directory is. */
export const FANOUT = 256;
/** Multihash `murmur3-x64-64`. */
export const HAMT_HASH_CODE = 0x22;

/** Which slot a name has in the node at each depth. */
export function hamtDigits(name: string): Uint8Array {
  return murmur364.encode(Buffer.from(name)) as Uint8Array;
}

/** What stands before the names in a slot. */
export function hamtPrefix(slot: number): string {
  return slot.toString(16).toUpperCase().padStart(2, '0');
}

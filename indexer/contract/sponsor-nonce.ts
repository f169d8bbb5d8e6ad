/** A sponsored record's nonce as the contract numbers it: a lane above, a counter in the lower 32 bits. */

const COUNTER_BITS = 32n;
const COUNTER_MASK = (1n << COUNTER_BITS) - 1n;

export function nonceAt(lane: bigint, counter: number): bigint {
  return (lane << COUNTER_BITS) | BigInt(counter);
}

export function laneOf(nonce: bigint): bigint {
  return nonce >> COUNTER_BITS;
}

export function counterOf(nonce: bigint): bigint {
  return nonce & COUNTER_MASK;
}

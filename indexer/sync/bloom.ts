import { keccak } from '../lib/keccak/keccak.ts';
import type { RawLog } from '../rpc/log.ts';

/** The three bits that a value sets in a header's logs bloom (yellow paper, 4.3.1). */
export type BloomBits = readonly [number, number, number];

/**
 * Whether a block may hold a log of the contracts, of a kind that is not among the logs found: by chance where there is
 * none, never the other way round.
 */
export type BloomFilter = (header: { logsBloom: string }, found?: readonly RawLog[]) => boolean;

const BITS = 2_048;
/** Holds every value, so it excludes nothing: some nodes answer it for each block, busy chains have some. */
const FULL = `0x${'f'.repeat(BITS / 4)}`;

/** @param topics first topics of the kinds of logs that matter. */
export function createBloomFilter(contracts: Iterable<string>, topics: readonly string[]): BloomFilter {
  const contractBits = [...contracts].map(bloomBits);
  const topicBits = topics.map((topic) => ({ topic, bits: bloomBits(topic) }));

  return ({ logsBloom }, found = []) => {
    if (!contractBits.some((bits) => bloomMayHold(logsBloom, bits))) return false;
    const known = new Set(found.map((log) => log.topics[0]));
    return topicBits.some(({ topic, bits }) => !known.has(topic) && bloomMayHold(logsBloom, bits));
  };
}

export function bloomBits(value: string): BloomBits {
  const hash = keccak(Buffer.from(value.slice(2), 'hex'));
  const bit = (at: number) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & (BITS - 1);
  return [bit(0), bit(2), bit(4)];
}

/** Whether a block with this bloom may hold a log with the value; `false` is certain, `true` may be chance. */
export function bloomMayHold(bloom: string, bits: BloomBits): boolean {
  return bits.every((bit) => hasBit(bloom, bit));
}

/** Whether these logs explain every bit of the bloom, as all logs of its block do; a full one needs no explanation. */
export function explains(logs: Iterable<Pick<RawLog, 'address' | 'topics'>>, bloom: string): boolean {
  if (bloom === FULL) return true;
  const unexplained = new Set<number>();
  // Most digits are zero.
  for (let bit = 0; bit < BITS; bit += bloom.at(-1 - (bit >> 2)) === '0' ? 4 : 1)
    if (hasBit(bloom, bit)) unexplained.add(bit);
  const values = new Set<string>();
  for (const { address, topics } of logs) for (const value of [address, ...topics]) values.add(value);
  for (const value of values) {
    if (unexplained.size === 0) return true;
    for (const bit of bloomBits(value)) unexplained.delete(bit);
  }
  return unexplained.size === 0;
}

/** The bloom is big-endian: bit 0 is the lowest of the last hex digit. */
function hasBit(bloom: string, bit: number): boolean {
  const digit = Number.parseInt(bloom[bloom.length - 1 - (bit >> 2)] ?? '0', 16);
  return ((digit >> (bit & 3)) & 1) === 1;
}

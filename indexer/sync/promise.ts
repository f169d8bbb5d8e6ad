import type { RawLog } from '../rpc/log.ts';
import type { Header } from './blocks.ts';
import { type BloomBits, bloomBits, bloomMayHold } from './bloom.ts';

/** What headers promise of the indexed contracts: by chance more than there is, never less. */
export interface Promised {
  /** Whether the block may hold a log of theirs. */
  any(header: Header): boolean;
  /** Whether it may hold one of a kind that is not among these. */
  more(header: Header, found: readonly RawLog[]): boolean;
}

export function createPromised(contracts: Iterable<string>, topics: readonly string[]): Promised {
  const contractBits = [...contracts].map(bloomBits);
  const topicBits = new Map(topics.map((topic): [string, BloomBits] => [topic, bloomBits(topic)]));

  function more({ logsBloom }: Header, found: readonly RawLog[]): boolean {
    if (!contractBits.some((bits) => bloomMayHold(logsBloom, bits))) return false;
    const known = new Set(found.map(({ topics: [kind] }) => kind));
    for (const [kind, bits] of topicBits) if (!known.has(kind) && bloomMayHold(logsBloom, bits)) return true;
    return false;
  }

  return { more, any: (header) => more(header, []) };
}

import { type ChainEvent, EVENT_DECODERS, EVENT_TOPICS } from '../../../types/stream-host-events.ts';
import { errorWith } from '../../lib/errors.ts';
import type { RawLog } from '../../rpc/log.ts';

/** A log under a known topic that does not hold what the event must: the endpoint is broken, or the ABI another. */
export class BrokenLog extends errorWith<{ log: RawLog }>(
  ({ log }) => `log ${log.logIndex} of transaction ${log.txHash} can't be decoded`,
) {}

/** The first topics of all events that `decode` knows. */
export const eventTopics: readonly string[] = Object.values(EVENT_TOPICS);

/**
 * The event of a log; `null` for one that the contract's ABI does not have.
 * @throws {BrokenLog}
 */
export function decode(log: RawLog): ChainEvent | null {
  const decoder = EVENT_DECODERS.get(log.topics[0] ?? '');
  if (!decoder) return null;
  try {
    return decoder(log.topics, log.data);
  } catch (cause) {
    throw new BrokenLog({ log, cause });
  }
}

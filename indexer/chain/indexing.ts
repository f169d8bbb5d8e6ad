import type { Place } from '../project/place.ts';
import { project } from '../project.ts';
import type { IndexedBlock } from '../store/rows.ts';
import type { Catalogue } from '../store/store.ts';
import type { SourceBlock } from './blocks.ts';
import { decode } from './decode.ts';
import type { ChainEvent } from './events.ts';
import { createListings } from './listings.ts';

interface Placed {
  at: Place;
  event: ChainEvent;
}

/**
 * @returns what turns blocks with logs into blocks with row changes: decoded, then projected.
 * @throws {BrokenLog}, {UnknownListing}
 */
export function createIndexing(
  catalogue: Pick<Catalogue, 'contentById'>,
): (blocks: readonly SourceBlock[]) => Promise<IndexedBlock[]> {
  const listings = createListings(catalogue);

  return async (blocks) => {
    const decoded = blocks.map((block) => ({ block, events: eventsOf(block) }));
    const all = decoded.flatMap(({ events }) => events);
    await listings.prepare(all.map(({ at, event }) => ({ contract: at.contract, event })));
    return decoded.map(({ block, events }) => ({
      number: block.number,
      hash: block.hash,
      parentHash: block.parentHash,
      timestampSec: block.timestampSec,
      changes: events.flatMap(({ at, event }) => project(event, at, listings.lookup)),
    }));
  };
}

function eventsOf(block: SourceBlock): Placed[] {
  return block.logs.flatMap((log) => {
    const event = decode(log);
    if (event === null) return [];
    const at = {
      contract: log.address,
      blockNumber: block.number,
      blockHash: block.hash,
      timestampSec: block.timestampSec,
      txHash: log.txHash,
      logIndex: log.logIndex,
    };
    return [{ at, event }];
  });
}

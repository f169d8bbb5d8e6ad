import { decode } from '../contract/decode/decode.ts';
import type { ChainEvent, ClaimBatch } from '../contract/events.ts';
import type { LogPosition } from '../projection/log-position.ts';
import { project } from '../projection/project.ts';
import type { IndexedBlock } from '../store/rows.ts';
import type { Catalogue, Channels } from '../store/store.ts';
import type { SourceBlock } from './header.ts';
import { createReferences } from './references.ts';

interface LocatedEvent {
  at: LogPosition;
  event: ChainEvent;
  /** The last that began before it. */
  batch: ClaimBatch | null;
}

export interface DecodedBlock {
  block: SourceBlock;
  events: LocatedEvent[];
}

/** Turns decoded blocks into their row changes; that throws {UnknownReference}. */
export function createBlockProjector(
  store: Pick<Catalogue & Channels, 'contentById' | 'channel'>,
  isKnownCoin: (token: string) => boolean,
): (blocks: readonly DecodedBlock[]) => Promise<IndexedBlock[]> {
  const references = createReferences(store, isKnownCoin);

  return async (decoded) => {
    await references.prepare(decoded.flatMap(({ events }) => events));
    return decoded.map(({ block, events }) => ({
      number: block.number,
      hash: block.hash,
      parentHash: block.parentHash,
      timestampSec: block.timestampSec,
      logs: block.logs.length,
      changes: events.flatMap(({ at, event, batch }) => project(event, at, references, batch)),
    }));
  };
}

/** @throws {BrokenLog} */
export function decodeBlock(block: SourceBlock): DecodedBlock {
  // A claim is one call of one contract, so its logs stand in one block and nothing of that contract between them.
  const batches = new Map<string, ClaimBatch>();
  const events = block.logs.flatMap((log): LocatedEvent[] => {
    const event = decode(log);
    if (event === null) return [];
    if (event.name === 'ClaimBatch') batches.set(log.address, event);
    const at = {
      contract: log.address,
      blockNumber: block.number,
      blockHash: block.hash,
      timestampSec: block.timestampSec,
      txHash: log.txHash,
      logIndex: log.logIndex,
    };
    return [{ at, event, batch: batches.get(log.address) ?? null }];
  });
  return { block, events };
}

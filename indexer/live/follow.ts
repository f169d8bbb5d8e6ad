import type { IndexedBlock } from '../store/rows.ts';
import type { Catalogue, StreamRow } from '../store/store.ts';
import type { LiveIndex, LiveStream } from './live.ts';

/** Keeps the live index equal to the stored active streams. */
export interface LiveFollower {
  /**
   * After a commit: brings the streams that the blocks changed up to date. Where the live index fails, the commit
   * stands all the same and the index counts as wrong.
   */
  apply(blocks: readonly IndexedBlock[]): Promise<void>;
  /** After anything else: from now on the index counts as wrong until `repair`. */
  spoil(): void;
  /** Rebuilds the index from the store if it counts as wrong. */
  repair(): Promise<void>;
}

export function createLiveFollower(store: Catalogue, live: LiveIndex): LiveFollower {
  let spoiled = true;

  async function bringUpToDate(key: StreamKey): Promise<void> {
    const row = await store.stream(key.contract, key.content_id, key.provider);
    if (row?.active) await live.put(toLive(row));
    else await live.remove({ contract: key.contract, contentId: key.content_id, provider: key.provider });
  }

  async function repair(): Promise<void> {
    if (!spoiled) return;
    await live.replaceAll((await store.activeStreams()).map(toLive));
    spoiled = false;
  }

  return {
    async apply(blocks) {
      try {
        if (spoiled) return await repair();
        spoiled = true;
        for (const key of changedStreams(blocks)) await bringUpToDate(key);
        spoiled = false;
      } catch {
        // The next repair meets the same failure and reports it.
      }
    },
    spoil() {
      spoiled = true;
    },
    repair,
  };
}

interface StreamKey {
  contract: string;
  content_id: string;
  provider: string;
}

function changedStreams(blocks: readonly IndexedBlock[]): Iterable<StreamKey> {
  const changed = new Map<string, StreamKey>();
  for (const { table, key } of blocks.flatMap((block) => block.changes)) {
    if (table !== 'streams') continue;
    const [contract, content_id, provider] = [key.contract, key.content_id, key.provider].map(String);
    if (contract && content_id && provider) {
      changed.set(`${contract} ${content_id} ${provider}`, { contract, content_id, provider });
    }
  }
  return changed.values();
}

function toLive(row: StreamRow): LiveStream {
  const { contract, contentId, provider, cid, cidKey, url, creator, registeredAtSec } = row;
  return { contract, contentId, provider, cid, cidKey, url, creator, registeredAtSec };
}

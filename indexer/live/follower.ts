import type { IndexedBlock } from '../store/rows.ts';
import {
  BEFORE_ALL,
  keyOf,
  type LiveIndex,
  type LiveStep,
  type LiveStream,
  type LiveStreamId,
} from './live.ts';
import { type StreamRecords, toLive, wholeIndex } from './records.ts';

/** Keeps a live index equal to the stored active streams. */
export interface LiveFollower {
  /**
   * After a commit: brings the streams that the blocks changed up to date. Where the live index fails, the commit
   * stands all the same and the index counts as wrong.
   */
  apply(blocks: readonly IndexedBlock[]): Promise<void>;
  /** After anything else: from now on the index counts as wrong until `repair`. */
  spoil(why: 'blocks skipped' | 'blocks taken back'): void;
  /** Rebuilds the index from the store if it counts as wrong. */
  repair(): Promise<void>;
}

/** Where the records themselves answer, nothing has to be kept equal. */
export const NO_FOLLOWER: LiveFollower = { apply: async () => {}, spoil: () => {}, repair: async () => {} };

export function createLiveFollower(store: StreamRecords, live: LiveIndex): LiveFollower {
  let spoiled = true;
  let reorganised = false;
  /** The block that the next ones follow. */
  let at = BEFORE_ALL;

  async function stepOver(blocks: readonly IndexedBlock[]): Promise<LiveStep> {
    const path = [at, ...blocks.map(({ number, hash }) => ({ number, hash }))];
    const put: LiveStream[] = [];
    const remove: LiveStreamId[] = [];
    for (const id of changedStreams(blocks)) {
      const row = await store.stream(id.contract, id.contentId, id.provider);
      if (row?.active) put.push(toLive(row));
      else remove.push(id);
    }
    return { path, put, remove };
  }

  async function repair(): Promise<void> {
    if (!spoiled) return;
    const { asOf, streams } = await wholeIndex(store);
    await live.replaceAll(streams, { asOf, reorganised });
    at = asOf;
    spoiled = false;
    reorganised = false;
  }

  return {
    async apply(blocks) {
      try {
        if (spoiled) return await repair();
        spoiled = true;
        const step = await stepOver(blocks);
        await live.advance(step);
        at = step.path.at(-1) ?? at;
        spoiled = false;
      } catch {
        // The next repair meets the same failure and reports it.
      }
    },
    spoil(why) {
      spoiled = true;
      if (why === 'blocks taken back') reorganised = true;
    },
    repair,
  };
}

function changedStreams(blocks: readonly IndexedBlock[]): LiveStreamId[] {
  const changed = new Map<string, LiveStreamId>();
  for (const { table, key } of blocks.flatMap((block) => block.changes)) {
    if (table !== 'streams') continue;
    const [contract, contentId, provider] = [key.contract, key.content_id, key.provider].map(String);
    if (!contract || !contentId || !provider) continue;
    const id = { contract, contentId, provider };
    changed.set(keyOf(id), id);
  }
  return [...changed.values()];
}

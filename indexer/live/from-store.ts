import type { Store, StreamQuery, StreamRow } from '../store/store.ts';
import { BEFORE_ALL, type LiveIndex, type LiveStream } from './live.ts';

/** The part of the store that the live index is a cache of. */
export type StreamRecords = Pick<Store, 'cursor' | 'activeStreams' | 'stream'>;

/** What the live index answers, asked of the store. */
export function streamsFromStore(store: StreamRecords): Pick<LiveIndex, 'byCid' | 'byWallet' | 'all'> {
  const read = async (query: StreamQuery) => (await store.activeStreams(query)).map(toLive);
  return {
    byCid: (cidKey, page) => read({ cidKey, ...page }),
    byWallet: (provider, page) => read({ provider, ...page }),
    all: (page) => read({ ...page }),
  };
}

/** All that a live index is filled with. The block is asked for first: what comes between makes the streams newer. */
export async function wholeIndex(store: Pick<StreamRecords, 'cursor' | 'activeStreams'>) {
  const asOf = (await store.cursor()) ?? BEFORE_ALL;
  return { asOf, streams: (await store.activeStreams()).map(toLive) };
}

export function toLive(row: StreamRow): LiveStream {
  const { contract, contentId, provider, cid, cidKey, url, creator, registeredAtSec } = row;
  return { contract, contentId, provider, cid, cidKey, url, creator, registeredAtSec };
}

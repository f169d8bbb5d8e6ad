import type { Store, StreamQuery, StreamRow } from '../store/store.ts';
import { BEFORE_ALL, type LiveStream, type LiveStreams } from './live.ts';

/** The part of the store that tells who serves what. */
export type StreamRecords = Pick<Store, 'cursor' | 'activeStreams' | 'stream'>;

/** Streams as the records have them. */
export function createRecordsLive(store: StreamRecords): LiveStreams {
  const read = async (query: StreamQuery) => (await store.activeStreams(query)).map(toLive);
  return {
    // As readiness has always named what a host shares with no other.
    name: 'memory',
    isExact: true,
    byCid: (cidKey, page) => read({ cidKey, ...page }),
    byWallet: (provider, page) => read({ provider, ...page }),
    all: (page) => read({ ...page }),
    ping: async () => {},
  };
}

/** All that a live index is filled with. The block is asked for first: what comes between makes the streams newer. */
export async function wholeIndex(store: Pick<StreamRecords, 'cursor' | 'activeStreams'>) {
  const asOf = (await store.cursor()) ?? BEFORE_ALL;
  return { asOf, streams: (await store.activeStreams()).map(toLive) };
}

export function toLive({ active, txHash, ...stream }: StreamRow): LiveStream {
  return stream;
}

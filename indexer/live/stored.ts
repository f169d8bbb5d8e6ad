import type { Store, StreamRow } from '../store/store.ts';
import { BEFORE_ALL, inOrder, type LiveIndex, type LiveStream } from './live.ts';

/** The part of the store that the live index is a cache of. */
export type StreamRecords = Pick<
  Store,
  'cursor' | 'activeStreams' | 'contentsByCid' | 'streamsOf' | 'stream'
>;

/** What the live index answers, asked of the store. */
export function storedStreams(store: StreamRecords): Pick<LiveIndex, 'byCid' | 'byWallet' | 'all'> {
  const all = async () => inOrder((await store.activeStreams()).map(toLive));
  return {
    all,
    async byCid(cidKey) {
      const contents = await store.contentsByCid(cidKey);
      const rows = await Promise.all(
        contents.map(({ contract, contentId }) => store.streamsOf(contract, contentId)),
      );
      return inOrder(
        rows
          .flat()
          .filter(({ active }) => active)
          .map(toLive),
      );
    },
    byWallet: async (wallet) =>
      (await all()).filter(({ provider }) => provider.toLowerCase() === wallet.toLowerCase()),
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

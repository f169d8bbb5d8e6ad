import { keyOf, type LiveIndex, type LiveStream, placeOf } from '../../../indexer/live/live.ts';

/** A live index that shows what an indexer keeps in one. */
export function createKeptLive(): LiveIndex {
  let streams = new Map<string, LiveStream>();
  const all = () => [...streams.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return {
    name: 'kept',
    byCid: async (cidKey) => all().filter((stream) => stream.cidKey === cidKey),
    byWallet: async (wallet) => all().filter(({ provider }) => provider === wallet),
    all: async () => all(),
    async advance({ put, remove }) {
      for (const id of remove) streams.delete(keyOf(id));
      for (const stream of put) streams.set(keyOf(stream), stream);
    },
    async replaceAll(whole) {
      streams = new Map(whole.map((stream) => [keyOf(stream), stream]));
    },
    ping: async () => {},
  };
}

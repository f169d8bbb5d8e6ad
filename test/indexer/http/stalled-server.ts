// A whole host in a process of its own, which says where it has a file, and whenever it is asked, what its readers hold.
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { CHUNK, file } from '../media/content.ts';
import { startApi } from './api.ts';

export interface Held {
  /** Of each response, the bytes that wait in this process. */
  unsent: number[];
  /** Files that are open. */
  open: number;
  /** Of the heap and beside it, without what is shared between threads. */
  heapBytes: number;
}

const api = await startApi({ config: { mediaReadsPerClient: 0 } });
const { storage } = api.deps;
const { cid } = await storage.add(file(100 * CHUNK));
const responses = new Set<ServerResponse>();
let open = 0;

subscribe('http.server.request.start', (message) => {
  responses.add((message as { response: ServerResponse }).response);
});
const read = storage.read.bind(storage);
storage.read = async function* (key, range) {
  open += 1;
  try {
    yield* read(key, range);
  } finally {
    open -= 1;
  }
};

process.on('message', (collected: boolean) => {
  if (collected) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const unsent = [...responses].map(({ writableLength }) => writableLength);
  process.send?.({ unsent, open, heapBytes: heapUsed + external } satisfies Held);
});
process.once('disconnect', () => void api.stop().then(() => process.exit()));
process.send?.({ url: `${api.url}/ipfs/${cid}?filename=a.mp4` });

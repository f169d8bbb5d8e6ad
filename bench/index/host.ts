// The indexer of the case `index`, in a process of its own: argv is the node and the folder of the records. Says when
// the history is in them and when each block after it is.
import { join } from 'node:path';
import { createIndexer } from '../../indexer/compose/indexer.ts';
import { HttpRpc } from '../../indexer/rpc/http.ts';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';
import { peakRssMb } from '../children.ts';
import { CONTRACT } from './history.ts';

const [url = '', folder = ''] = process.argv.slice(2);

const store = openSqliteStore({ path: join(folder, 'records.sqlite') });
const indexer = createIndexer({
  rpc: new HttpRpc({ url }),
  store,
  deployments: [{ address: CONTRACT, startBlock: 1 }],
  log: { debug() {}, info() {}, warn: console.warn, error: console.error },
  // As for a public chain.
  pollMs: 500,
  shorterChainTimeoutMs: 30_000,
});
const startMs = performance.now();
let isReady = false;
indexer.onIndexed(({ cursor }) => {
  if (isReady) process.send?.({ indexed: cursor?.number, atMs: performance.timeOrigin + performance.now() });
});
await indexer.start();
while (!indexer.status().synced) await new Promise((resolve) => setTimeout(resolve, 5));
isReady = true;
const tookMs = performance.now() - startMs;
const { rows } = await store.views({ by: 'cid', key: 'a video', limit: 1 });
process.send?.({ tookMs, peakRssMb: await peakRssMb(), hasViews: rows.length === 1 });
process.once('disconnect', () => process.exit());

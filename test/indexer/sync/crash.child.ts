import { createIndexer } from '../../../indexer/compose/indexer.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';

/** An indexer in a process of its own, for tests that kill it: indexes up to a block and ends. */
const [url = '', path = '', address = '', startBlock, target, keepBlocks] = process.argv.slice(2);
const store = openSqliteStore({ path });
const indexer = createIndexer({
  rpc: new HttpRpc({ url }),
  store,
  deployments: [{ address, startBlock: Number(startBlock) }],
  log: { debug() {}, info() {}, warn() {}, error() {} },
  pollMs: 5,
  shorterChainTimeoutMs: 0,
  keepBlocks: Number(keepBlocks),
  historical: { initialWidth: 8 },
});
await indexer.start();
await indexer.waitFor(Number(target));
await indexer.stop();
await store.close();

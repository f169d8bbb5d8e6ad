// The host of the case `rest`, in a process of its own: the whole HTTP side over real parts, and new views meanwhile.
// With `cold` as second argument it reads what another one has written, and makes every answer anew.
import { join } from 'node:path';
import { pino } from 'pino';
import { siteOrigins } from '../../indexer/auth/origins.ts';
import { createSignIn } from '../../indexer/auth/sign-in.ts';
import { readConfig } from '../../indexer/config/config.ts';
import { createTokenBook } from '../../indexer/contract/token-metadata.ts';
import { createMemoryCounters } from '../../indexer/counters/memory.ts';
import { createApp } from '../../indexer/http/app.ts';
import { LOG_TO } from '../../indexer/http/middleware/request-log.ts';
import { listen } from '../../indexer/http/server/listen.ts';
import { createDisk } from '../../indexer/lib/disk.ts';
import { wholeIndex } from '../../indexer/live/from-store.ts';
import { createMemoryLive } from '../../indexer/live/memory.ts';
import { openHeliaStorage } from '../../indexer/media/ipfs/helia.ts';
import { createMediaLibrary } from '../../indexer/media/library.ts';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';
import { createStaging } from '../../indexer/uploads/staging.ts';
import { CONTENTS, createWorld, VIEWS } from './world.ts';

const SEED_BLOCKS = 100;
/** New views meanwhile, ten blocks a second, each of ten contents. */
const BLOCK_MS = 100;
const VIEWS_PER_BLOCK = 10;

const dataDir = process.argv[2] ?? '';
const cold = process.argv[3] === 'cold';
const config = readConfig({ DATA_DIR: dataDir, ...(cold && { RESPONSE_CACHE_BYTES: '0' }) });
const log = pino({ level: config.logLevel }, pino.destination(LOG_TO));
const store = openSqliteStore({ path: join(dataDir, 'records.sqlite') });
const storage = await openHeliaStorage({
  dataDir: join(dataDir, cold ? 'ipfs-cold' : 'ipfs'),
  log: (line) => log.warn(line),
});
const world = await createWorld();

const live = createMemoryLive();
if (!cold) {
  await store.commitBlocks([world.publication()], { undoable: false });
  const perBlock = VIEWS / SEED_BLOCKS;
  for (let block = 0; block < SEED_BLOCKS; block += 1) {
    const contents = Array.from({ length: perBlock }, (_, index) => (block * perBlock + index) % CONTENTS);
    await store.commitBlocks([world.blockOfViews(contents)], { undoable: false });
  }
}
const { asOf, streams } = await wholeIndex(store);
await live.replaceAll(streams, { asOf, reorganised: false });

/** Nothing that is asked for here asks the chain. */
const noChain = async () => {
  throw new Error('the bench has no chain');
};
/** Called back as the indexer does. */
const indexed: (() => void)[] = [];
const status = {
  head: 0,
  indexed: 0,
  lagBlocks: 0,
  lastError: null,
  synced: true,
  doubt: null,
  verifiedTo: 0,
};
const nowSec = () => Math.floor(Date.now() / 1000);
const counters = createMemoryCounters();
const signIn = createSignIn({
  origins: siteOrigins(config),
  chainId: 31_337,
  secret: 'of the bench, where nobody signs in',
  sessionSec: config.sessionSec,
  store,
  counters,
  checkSignature: noChain,
  nowSec,
});
const { uploadQuota: quota, uploadStageSec: stageSec } = config;
const app = createApp({
  config: { ...config, unsigned: true, relayFor: 'off' },
  store,
  live,
  counters,
  storage: createMediaLibrary({ ipfs: storage, ethstorage: null, default: 'ipfs' }),
  signIn,
  staging: createStaging({ store, counters, quota, stageSec, expire: noChain, nowSec }),
  provider: null,
  serving: {
    check: noChain,
    wish: noChain,
    fulfilNow: noChain,
    removeUnlessNeeded: noChain,
    fulfil: noChain,
  },
  operatorSecret: '',
  writer: { contract: '', unsigned: true, write: noChain },
  chain: {
    ...{ chainId: 31_337, name: 'bench', contract: '', rpcUrl: null },
    ...{
      status: () => status,
      head: noChain,
      waitFor: noChain,
      onIndexed: (listener: () => void) => indexed.push(listener),
    },
  },
  checkSignature: noChain,
  disk: createDisk(config.dataDir),
  contract: { termsInForce: noChain, hasStream: noChain },
  tokens: createTokenBook({ batch: noChain }),
  log,
  nowSec,
  stopping: new AbortController().signal,
});
const server = await listen(app, { host: config.host, port: 0 });

const startMs = performance.now();
let written = 0;
async function writeViews(): Promise<void> {
  // As many as are due, also when a block came late.
  for (const due = (performance.now() - startMs) / BLOCK_MS; written < due; written += 1) {
    const contents = Array.from(
      { length: VIEWS_PER_BLOCK },
      (_, nth) => (written * 7 + nth * 101) % CONTENTS,
    );
    await store.commitBlocks([world.blockOfViews(contents)], { undoable: true });
  }
  for (const listener of indexed) listener();
}
if (!cold) setInterval(() => void writeViews(), BLOCK_MS);

process.once('disconnect', () => process.exit());
process.send?.({ url: server.url, cids: world.cids, earners: world.earners });

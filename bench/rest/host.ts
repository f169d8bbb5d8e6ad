// The host of the case `rest`, in a process of its own: all of a host but its chain, and new views meanwhile. With `cold`
// as second argument it reads what another one has written, and makes every answer anew.
import { join } from 'node:path';
import { pino } from 'pino';
import type { OpenChain } from '../../indexer/compose/chain/chain.ts';
import { RpcProvider } from '../../indexer/compose/chain/rpc-provider.ts';
import { createHost } from '../../indexer/compose/create-host.ts';
import type { ProvenIndexerOptions } from '../../indexer/compose/indexer.ts';
import type { Follower } from '../../indexer/compose/infrastructure.ts';
import { openStorage } from '../../indexer/compose/media.ts';
import { readConfig } from '../../indexer/config/config.ts';
import { LOG_TO } from '../../indexer/http/middleware/request-log.ts';
import type { Rpc } from '../../indexer/rpc/rpc.ts';
import { CONTENTS, CONTRACT, createWorld, VIEWS } from './world.ts';

const CHAIN_ID = 31_337;
const SEED_BLOCKS = 100;
/** New views meanwhile, ten blocks a second, each of ten contents. */
const BLOCK_MS = 100;
const VIEWS_PER_BLOCK = 10;

const dataDir = process.argv[2] ?? '';
const cold = process.argv[3] === 'cold';
const config = readConfig({
  DATA_DIR: dataDir,
  PORT: '0',
  STORAGE: 'ipfs',
  ...(cold && { RESPONSE_CACHE_BYTES: '0' }),
});
const log = pino({ level: config.logLevel }, pino.destination(LOG_TO));
const world = await createWorld();

/** Nothing that is asked for here asks the chain. */
const noChain = (): never => {
  throw new Error('the bench has no chain');
};
/** But for which chain it is. */
const GENESIS = {
  ...{ number: '0x0', hash: `0x${'1'.repeat(64)}`, parentHash: `0x${'0'.repeat(64)}`, timestamp: '0x0' },
  ...{ logsBloom: `0x${'0'.repeat(512)}`, transactions: [] },
};
const ANSWERS: Record<string, unknown> = {
  eth_chainId: `0x${CHAIN_ID.toString(16)}`,
  eth_getBlockByNumber: GENESIS,
};

async function openChain(): Promise<OpenChain> {
  const rpc: Rpc = { batch: async (calls) => calls.map(({ method }) => ANSWERS[method] ?? noChain()) };
  const provider = new RpcProvider(rpc, CHAIN_ID);
  return {
    rpc,
    provider,
    deployments: [],
    isEmbedded: false,
    unsigned: async () => noChain(),
    operator: null,
    facts: { chainId: CHAIN_ID, name: 'bench', contract: CONTRACT, rpcUrl: null, confirmations: 0 },
    pace: { pollMs: BLOCK_MS, shorterChainTimeoutMs: 0 },
    description: 'no chain',
    servesPageAt: () => {},
    onBlock: () => {},
    [Symbol.asyncDispose]: async () => provider.destroy(),
  };
}

/** Writes as an indexer does, and calls back. */
function createWrites({ store }: ProvenIndexerOptions): Follower {
  const listeners: (() => void)[] = [];
  let written = 0;
  async function seed(): Promise<void> {
    await store.commitBlocks([world.publication()], { undoable: false });
    const perBlock = VIEWS / SEED_BLOCKS;
    for (let block = 0; block < SEED_BLOCKS; block += 1) {
      const contents = Array.from({ length: perBlock }, (_, index) => (block * perBlock + index) % CONTENTS);
      await store.commitBlocks([world.blockOfViews(contents)], { undoable: false });
    }
  }
  async function writeViews(startMs: number): Promise<void> {
    // As many as are due, also when a block came late.
    for (const due = (performance.now() - startMs) / BLOCK_MS; written < due; written += 1) {
      const contents = Array.from(
        { length: VIEWS_PER_BLOCK },
        (_, nth) => (written * 7 + nth * 101) % CONTENTS,
      );
      await store.commitBlocks([world.blockOfViews(contents)], { undoable: true });
    }
    for (const listener of listeners) listener();
  }
  return {
    async start() {
      if (!cold) await seed();
      const startMs = performance.now();
      if (!cold) setInterval(() => void writeViews(startMs), BLOCK_MS);
    },
    stop: async () => {},
    notify: () => {},
    waitFor: async () => {},
    status: () => ({
      head: 0,
      indexed: 0,
      lagBlocks: 0,
      lastError: null,
      synced: true,
      doubt: null,
      verifiedTo: 0,
    }),
    onIndexed(listener) {
      listeners.push(() => listener({ cursor: null, blocks: [], reorganised: false }));
      return () => {};
    },
  };
}

const media: typeof openStorage = ({ config: own, ...parts }) =>
  openStorage({ ...parts, config: { ...own, dataDir: cold ? join(dataDir, 'cold') : dataDir } });
const overrides = { openChain, openStorage: media, createIndexer: createWrites };
const host = await createHost(config, { log, overrides });

process.once('disconnect', () => process.exit());
process.send?.({ url: host.url, cids: world.cids, earners: world.earners });

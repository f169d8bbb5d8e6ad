import { pino } from 'pino';
import { createIndexer } from './chain/sync.ts';
import { createTokenBook } from './chain/tokens.ts';
import { type Config, readConfig } from './config.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/server.ts';
import { createMemoryLive } from './live/memory.ts';
import { type OpenChain, openChain } from './open-chain.ts';
import { describeMedia, openMedia } from './open-media.ts';
import { hostContract } from './payments/hostcontract.ts';
import { places } from './places.ts';
import { openSqliteStore } from './store/sqlite/index.ts';

const STOP_DEADLINE_MS = 1_800;

try {
  const running = await start(readConfigOfProcess());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(running, signal));
} catch (error) {
  complain(error);
  process.exit(1);
}

function readConfigOfProcess(): Config {
  try {
    process.loadEnvFile();
  } catch {
    // No .env: the defaults hold.
  }
  return readConfig(process.env);
}

/** Opens every part in order; if one fails, those before it are closed again. Gives what closes them all. */
async function start(config: Config): Promise<AsyncDisposableStack> {
  await using parts = new AsyncDisposableStack();
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const at = places(config.dataDir);

  const chain = parts.use(await openChain(config, at, console.log));
  const store = parts.adopt(await openSqliteStore({ path: at.records }), (open) => open.close());
  const storage = parts.adopt(await openMedia({ config, chain, store, log }), (open) => open.close());
  const live = createMemoryLive();
  const indexer = createIndexer({
    rpc: chain.rpc,
    store,
    live,
    deployments: chain.deployments,
    log,
    ...chain.pace,
  });
  chain.onBlock(() => indexer.notify());
  await indexer.start();
  parts.defer(() => indexer.stop());
  // The embedded chain is mirrored in a moment; a public one may take long, and /readyz tells how far it is.
  if (chain.writer) await indexer.waitFor(await chain.provider.getBlockNumber());

  const app = createApp({
    config: { ...config, unsigned: chain.writer !== null },
    store,
    live,
    storage,
    writer: chain.writer,
    chain: {
      ...chain.facts,
      status: () => indexer.status(),
      head: () => chain.provider.getBlockNumber(),
      waitFor: (block) => indexer.waitFor(block),
    },
    contract: hostContract(chain.provider),
    tokens: createTokenBook(chain.rpc),
    log,
    nowSec: () => Math.floor(Date.now() / 1000),
  });
  const server = await listen(app, { host: config.host, port: config.port });
  parts.defer(() => server.close());
  console.log(banner(config, chain, server.url));
  return parts.move();
}

function stop(parts: AsyncDisposableStack, signal: string): void {
  console.log(`\n${signal}: stopping`);
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  parts.disposeAsync().then(
    () => process.exit(0),
    (error) => {
      complain(error);
      process.exit(1);
    },
  );
}

/** What runs, where, and which variable swaps it. The line `Ready` is last, for people and programs that wait. */
function banner(config: Config, chain: OpenChain, url: string): string {
  const rows = [
    ['chain', chain.description],
    ['contract', `${chain.facts.contract} (CONTRACT_ADDRESS)`],
    ['records', `SQLite in ${places(config.dataDir).records} (DATA_DIR)`],
    ['media', describeMedia(config)],
    ['live', 'streams in memory, rebuilt from the records'],
    ['host', `${url} (HOST, PORT), documentation at ${url}/docs`],
  ];
  const table = rows.map(([part = '', what]) => `  ${part.padEnd(10)}${what}`).join('\n');
  return `${chain.accountsTable}${table}\nReady: ${url}`;
}

/** A person reads this: one line for what they can put right, the stack for what is our fault. */
function complain(error: unknown): void {
  const expected = error instanceof Error && error.name !== 'Error' && !(error instanceof TypeError);
  console.error(expected ? error.message : error);
}

import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { siteOrigins } from './auth/origins.ts';
import { createSignIn } from './auth/sign-in.ts';
import { type OpenChain, openChain } from './compose/chain.ts';
import { announceHost } from './compose/host-file.ts';
import { createIndexer } from './compose/indexer.ts';
import { openLive } from './compose/live.ts';
import { openStorage } from './compose/media.ts';
import { explained } from './compose/start-errors.ts';
import { type Config, readConfig } from './config/config.ts';
import { loadEnvFile } from './config/env-file.ts';
import { places } from './config/paths.ts';
import { createCallCheck } from './contract/calls/call-status.ts';
import { createWriter } from './contract/calls/writer.ts';
import { knownCoins } from './contract/known-coins.ts';
import { createSignatureCheck } from './contract/signatures.ts';
import { hostContract } from './contract/stream-host.ts';
import { createTokenBook } from './contract/token-metadata.ts';
import { type AppDeps, createApp } from './http/app.ts';
import { LOG_TO } from './http/middleware/request-log.ts';
import { listen } from './http/server/listen.ts';
import { createDisk } from './lib/disk.ts';
import { repeat } from './lib/repeat.ts';
import { openServing } from './playback/open-serving.ts';
import { createProvider, describeProvider } from './playback/provider.ts';
import { openRelay } from './relay/open.ts';
import { exceptOwn, FREE_FOR_ALL, relayPolicy } from './relay/policy.ts';
import { openSqliteStore } from './store/sqlite/index.ts';
import type { Store } from './store/store.ts';
import { createExpiry } from './uploads/expiry.ts';
import { createStaging, NO_QUOTA } from './uploads/staging.ts';

const STOP_DEADLINE_MS = 1_800;
const EXPIRY_PAUSE_MS = 60_000;

let config: Config | undefined;
try {
  // Whoever started this process over a channel, as scripts/launch.mjs does, is gone: nobody may be left over.
  const endAtOnce = () => process.exit(1);
  process.once('disconnect', endAtOnce);
  config = readConfigOfProcess();
  const running = await start(config);
  process.off('disconnect', endAtOnce);
  stopWhenTold(running);
} catch (error) {
  complain(error, config);
  process.exit(1);
}

function readConfigOfProcess(): Config {
  loadEnvFile('.env');
  return readConfig(process.env);
}

/** Opens every part in order; if one fails, those before it are closed again. Gives what closes them all. */
async function start(config: Config): Promise<AsyncDisposableStack> {
  await using parts = new AsyncDisposableStack();
  const log = pino({ level: config.logLevel }, pino.destination(LOG_TO));
  const at = places(config);

  const chain = parts.use(await openChain(config, at, console.log));
  const coins = knownCoins(chain.facts.chainId, config.knownTokens);
  const store = parts.adopt(await openSqliteStore({ path: at.records }), (open) => open.close());
  const media = await openStorage({ config, chain, store, log });
  const storage = parts.adopt(media.storage, (open) => open.close());
  const shared = parts.use(await openLive({ config, chain, store, log }));
  const indexer = createIndexer({
    rpc: chain.rpc,
    store,
    live: shared.live,
    coins,
    deployments: chain.deployments,
    log,
    ...chain.pace,
  });
  chain.onBlock(() => indexer.notify());
  await indexer.start();
  const nowSec = () => Math.floor(Date.now() / 1000);
  const facts = {
    ...chain.facts,
    status: () => indexer.status(),
    head: () => chain.provider.getBlockNumber(),
    waitFor(block: number, options?: { timeoutMs?: number }) {
      indexer.notify();
      return indexer.waitFor(block, options);
    },
    onIndexed: (listener: Parameters<typeof indexer.onIndexed>[0]) => indexer.onIndexed(listener),
  };
  const expire = createExpiry({ store, storage, chain: facts, log, nowSec });
  // Stopped after the indexer, for which it may be waiting.
  parts.defer(repeat(EXPIRY_PAUSE_MS, expire));
  parts.defer(() => indexer.stop());
  // The embedded chain is mirrored in a moment; a public one may take long, and /readyz tells how far it is.
  if (chain.unsigned) await indexer.waitFor(await chain.provider.getBlockNumber());

  const checkSignature = createSignatureCheck(chain.rpc);
  const check = createCallCheck({ provider: chain.provider, chainId: chain.facts.chainId, checkSignature });
  const ownWallets = [chain.operator?.address, config.providerWallet];
  const policy = chain.unsigned
    ? FREE_FOR_ALL
    : exceptOwn(relayPolicy(config.relay, { store, counters: shared.counters }), ownWallets);
  const { operator: wallet, provider } = chain;
  const relay = parts.use(openRelay({ wallet, provider, check, ledger: store, policy, log, nowSec }));

  const signIn = createSignIn({
    origins: siteOrigins(config),
    chainId: chain.facts.chainId,
    secret: config.sessionSecret ?? (await keptSecret(store)),
    sessionSec: config.sessionSec,
    store,
    counters: shared.counters,
    checkSignature,
    nowSec,
  });
  const quota = chain.unsigned ? NO_QUOTA : config.uploadQuota;
  const stopping = new AbortController();
  const earner = config.providerWallet ?? chain.operator?.address;
  let listeningAt = '';
  const ownProvider =
    earner === undefined ? null : createProvider(earner, () => config.publicUrl ?? listeningAt);
  const writer = createWriter({ contract: chain.facts.contract, unsigned: chain.unsigned, relay, check });
  const hosts = hostContract(chain.provider);
  const serving = openServing({
    ...{ provider: ownProvider, wallet, writer, relay, store, storage, contract: hosts },
    ...{ chain: facts, callCheck: check, log, nowSec, signal: stopping.signal },
  });
  const operatorSecret = randomBytes(32).toString('base64url');
  const app = createApp({
    config: { ...config, unsigned: chain.unsigned !== null, relayFor: relayFor(config, chain) },
    store,
    live: shared.live,
    counters: shared.counters,
    storage,
    writer,
    provider: ownProvider,
    serving,
    operatorSecret,
    chain: facts,
    checkSignature,
    disk: createDisk(config.dataDir),
    signIn,
    staging: createStaging({
      ...{ store, counters: shared.counters, quota, stageSec: config.uploadStageSec },
      ...{ expire, nowSec },
    }),
    contract: hosts,
    tokens: createTokenBook(chain.rpc, { known: coins }),
    log,
    nowSec,
    stopping: stopping.signal,
  });
  const { host, port } = config;
  const server = await listen(app, { host, port }, connectionLimits(config));
  listeningAt = server.url;
  parts.defer(() => server.close());
  parts.defer(serving.start());
  chain.servesPageAt(server.port);
  parts.defer(
    await announceHost(config.dataDir, {
      ...{ url: server.url, publicUrl: config.publicUrl ?? server.url },
      ...{ pid: process.pid, secret: operatorSecret },
    }),
  );
  const isReachable = config.publicUrl !== undefined || chain.unsigned !== null;
  const serves = describeProvider(ownProvider, { isReachable });
  const descriptions = { media: media.description, live: shared.description, serves };
  console.log(banner(config, { chain, ...descriptions, url: server.url }));
  parts.defer(() => stopping.abort());
  return parts.move();
}

function connectionLimits({ maxConnections, maxConnectionsPerClient, trustedProxies }: Config) {
  const perClient = trustedProxies === 0 ? maxConnectionsPerClient : Number.POSITIVE_INFINITY;
  return { maxConnections, maxConnectionsPerClient: perClient };
}

/** The same after a restart, and for all processes over the same records. */
function keptSecret(store: Store): Promise<string> {
  return store.keepSecret('session', randomBytes(32).toString('base64url'));
}

function stopWhenTold(running: AsyncDisposableStack): void {
  let isStopping = false;
  const stopOnce = (why: string) => {
    if (!isStopping) stop(running, why);
    isStopping = true;
  };
  // Ctrl-C comes from the terminal and once more from npm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopOnce(signal));
  process.once('disconnect', () => stopOnce('What started this host is gone'));
}

function stop(parts: AsyncDisposableStack, why: string): void {
  console.log(`\n${why}: stopping`);
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  parts.disposeAsync().then(
    () => process.exit(0),
    (error) => {
      complain(error);
      process.exit(1);
    },
  );
}

interface Running {
  chain: OpenChain;
  media: string;
  live: string;
  serves: string;
  url: string;
}

/** What runs, where, and which variable swaps it. The line `Ready` is last, for people and programs that wait. */
function banner(config: Config, { chain, media, live, serves, url }: Running): string {
  const rows = [
    ['chain', chain.description],
    ['contract', `${chain.facts.contract} (CONTRACT_ADDRESS)`],
    ['records', `SQLite in ${places(config).records} (DATA_DIR)`],
    ['media', media],
    ['live', live],
    ['writes', writes(config, chain)],
    ['serves', serves],
    ['host', `${url} (HOST, PORT), documentation at ${url}/docs`],
  ];
  const table = rows.map(([part = '', what]) => `  ${part.padEnd(10)}${what}`).join('\n');
  return `${chain.accountsTable}${table}\nReady: ${url}`;
}

function relayFor({ relay }: Config, { unsigned, operator }: OpenChain): AppDeps['config']['relayFor'] {
  if (unsigned) return 'open';
  return operator === null ? 'off' : relay.mode;
}

/** Whose word a write needs, and who pays for its gas. */
function writes({ relay }: Config, { unsigned, operator }: OpenChain): string {
  if (unsigned) return 'unsigned: this host acts for any wallet named, on its own chain only';
  if (operator === null || relay.mode === 'off') {
    return 'by the wallets themselves; what they sign is not submitted (PRIVATEKEY, RELAY)';
  }
  const whose = relay.mode === 'open' ? 'any wallet' : `${relay.allowlist.length} wallets (RELAY_ALLOWLIST)`;
  return `signed by ${whose}, submitted by ${operator.address} (PRIVATEKEY, RELAY)`;
}

/** A person reads this: one line for what they can put right, the stack for what is our fault. */
function complain(error: unknown, config?: Config): void {
  const line = config && explained(error, config);
  const expected = error instanceof Error && error.name !== 'Error' && !(error instanceof TypeError);
  console.error(line ?? (expected ? error.message : error));
}

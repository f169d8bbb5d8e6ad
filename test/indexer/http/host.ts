import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { publicTestAccounts } from '../../../devchain/accounts.ts';
import { siteOrigins } from '../../../indexer/auth/origins.ts';
import { createSignIn } from '../../../indexer/auth/sign-in.ts';
import { type OpenChain, openChain } from '../../../indexer/compose/chain.ts';
import { createIndexer } from '../../../indexer/compose/indexer.ts';
import { openStorage } from '../../../indexer/compose/media.ts';
import { readConfig } from '../../../indexer/config/config.ts';
import { places } from '../../../indexer/config/paths.ts';
import { createCallCheck } from '../../../indexer/contract/calls/call-status.ts';
import { createWriter } from '../../../indexer/contract/calls/writer.ts';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';
import { hostContract } from '../../../indexer/contract/stream-host.ts';
import { createTokenBook } from '../../../indexer/contract/token-metadata.ts';
import type { Counters } from '../../../indexer/counters/counters.ts';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { type AppDeps, createApp } from '../../../indexer/http/app.ts';
import { listen } from '../../../indexer/http/server/listen.ts';
import { createDisk } from '../../../indexer/lib/disk.ts';
import { createMemoryLive } from '../../../indexer/live/memory.ts';
import { openServing } from '../../../indexer/playback/open-serving.ts';
import { createProvider } from '../../../indexer/playback/provider.ts';
import { openRelay } from '../../../indexer/relay/open.ts';
import { FREE_FOR_ALL, type RelayPolicy } from '../../../indexer/relay/policy.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { createExpiry } from '../../../indexer/uploads/expiry.ts';
import { createStaging, NO_QUOTA, type UploadQuota } from '../../../indexer/uploads/staging.ts';
import { until } from '../sync/until.ts';

export interface HostOptions {
  config?: Partial<AppDeps['config']>;
  /** Variables, as a host is started with. */
  env?: Record<string, string>;
  /** As on somebody else's chain: nobody signs for a wallet here. */
  remote?: boolean;
  /** Whose calls are submitted; by default everybody's. */
  relay?: RelayPolicy | ((parts: { store: Store; counters: Counters }) => RelayPolicy);
  /** How long a signed call waits for its block. */
  relayWaitMs?: number;
  quota?: Partial<UploadQuota>;
  /** The host's clock. */
  nowSec?: () => number;
}

/** Where people sign in to the host under test. */
export const SITE = 'https://host.example.org';
const SECRET = 'for the tests of the host and for nothing else';
/** Of the operator's own calls. */
export const OPERATOR_SECRET = 'of-the-operator-of-the-host-under-test';

/** Some tests ask more in a minute than any client does. */
const NO_LIMITS = { reads: 0, writes: 0, uploads: 0 };

/** The whole host in this process: embedded chain, SQLite, IPFS blocks on disk, indexer and HTTP. */
export async function openHost(options: HostOptions) {
  const dataDir = mkdtempSync(join(tmpdir(), 'http-'));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rmSync(dataDir, { recursive: true }));
  const offered = options.remote && { STORAGE: 'ipfs' }; // as where ETH_RPC_URL names another chain
  const own = { DATA_DIR: dataDir, PORT: '0', DEVNET_PORT: '0', PUBLIC_URL: SITE };
  const env = { ...own, ...offered, ...options.env };
  const config = { ...readConfig(env), rateLimits: NO_LIMITS };
  const at = places(config);
  const logged: { level: string; facts: Record<string, unknown> }[] = [];
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (facts: Record<string, unknown>) => void logged.push({ level, facts }),
    ]),
  ) as unknown as AppDeps['log'];

  const chain = parts.use(await openChain(config, at, () => undefined));
  const store = parts.adopt(openSqliteStore({ path: at.records }), (open) => open.close());
  const quiet = { warn: () => undefined, info: () => undefined };
  const { storage } = await openStorage({ config, chain, store, log: quiet });
  parts.defer(() => storage.close());
  const live = createMemoryLive();
  const older = await deployAnother(chain);
  const indexer = createIndexer({
    rpc: chain.rpc,
    store,
    live,
    deployments: [older, ...chain.deployments],
    log,
    ...chain.pace,
  });
  chain.onBlock(() => indexer.notify());
  await indexer.start();
  parts.defer(() => indexer.stop());
  await until('records in step with the chain', () => indexer.status().synced);

  const nowSec = options.nowSec ?? (() => Math.floor(Date.now() / 1000));
  const counters = createMemoryCounters();
  const checkSignature = createSignatureCheck(chain.rpc);
  const signIn = createSignIn({
    origins: siteOrigins(config),
    chainId: chain.facts.chainId,
    secret: SECRET,
    sessionSec: config.sessionSec,
    store,
    counters,
    checkSignature,
    nowSec,
  });
  const head = () => chain.provider.getBlockNumber();
  const { provider } = chain;
  const check = createCallCheck({ provider, chainId: chain.facts.chainId, checkSignature });
  const { relay: policy = FREE_FOR_ALL } = options;
  const relay = parts.use(
    openRelay({
      wallet: chain.operator,
      provider,
      check,
      ledger: store,
      policy: typeof policy === 'function' ? policy({ store, counters }) : policy,
      log,
      nowSec,
      ...(options.relayWaitMs !== undefined && { waitMs: options.relayWaitMs }),
    }),
  );
  const unsigned = options.remote ? null : chain.unsigned;
  const facts = {
    ...chain.facts,
    status: () => indexer.status(),
    head,
    waitFor: (block: number, options?: { timeoutMs?: number }) => indexer.waitFor(block, options),
    onIndexed: (listener: Parameters<typeof indexer.onIndexed>[0]) => indexer.onIndexed(listener),
  };
  const expire = createExpiry({ store, storage, chain: facts, log, nowSec });
  const stopping = new AbortController();
  let listeningAt = '';
  const ownProvider = createProvider(
    config.providerWallet ?? chain.operator?.address ?? '',
    () => listeningAt,
  );
  const writer = createWriter({ contract: facts.contract, unsigned, relay, check });
  const hosts = hostContract(chain.provider);
  const serving = openServing({
    ...{ provider: ownProvider, wallet: chain.operator, writer, relay, store, storage, contract: hosts },
    ...{ chain: facts, callCheck: check, log, nowSec, signal: stopping.signal },
  });
  const deps: AppDeps = {
    config: {
      ...config,
      unsigned: options.remote !== true,
      relayFor: options.remote ? config.relay.mode : 'open',
      ...options.config,
    },
    store,
    live,
    counters,
    storage,
    writer,
    provider: ownProvider,
    serving,
    operatorSecret: OPERATOR_SECRET,
    chain: facts,
    checkSignature,
    disk: createDisk(dataDir),
    signIn,
    staging: createStaging({
      store,
      counters,
      quota: { ...(unsigned ? NO_QUOTA : config.uploadQuota), ...options.quota },
      stageSec: config.uploadStageSec,
      expire,
      nowSec,
    }),
    contract: hosts,
    tokens: createTokenBook(chain.rpc),
    log,
    nowSec,
    stopping: stopping.signal,
  };
  const server = await listen(
    createApp(deps),
    { host: '127.0.0.1', port: 0 },
    // All of a test comes from one address.
    { maxConnectionsPerClient: Number.POSITIVE_INFINITY },
  );
  listeningAt = server.url;
  parts.defer(() => server.close());
  parts.defer(serving.start());
  chain.servesPageAt(server.port);
  parts.defer(() => stopping.abort());
  const running = parts.move();
  return {
    url: server.url,
    records: at.records,
    /** The folder of all that the host keeps. */
    dataDir,
    deps,
    chain,
    server,
    logged,
    indexer,
    /** One run of the job that removes uploads which are over. */
    expire,
    /** A deployment that the host follows and does not write to. */
    older: older.address,
    stop: () => running.disposeAsync(),
  };
}

async function deployAnother({ provider }: OpenChain): Promise<{ address: string; startBlock: number }> {
  const signer = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', provider);
  const [deployment] = await runDeploy({ signer, network: 'older' });
  if (!deployment) throw new Error('nothing was deployed');
  return { address: deployment.address, startBlock: deployment.blockNumber };
}

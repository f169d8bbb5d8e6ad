import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcSigner } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { openChain } from '../../../indexer/compose/chain/open.ts';
import { createHost } from '../../../indexer/compose/create-host.ts';
import { type Config, readConfig } from '../../../indexer/config/config.ts';
import { pathsOf } from '../../../indexer/config/paths.ts';
import type { AppDeps } from '../../../indexer/http/app.ts';
import type { RelayLimits } from '../../../indexer/relay/policy.ts';
import type { UploadQuota } from '../../../indexer/uploads/staging.ts';
import { testWallet } from '../../wallets.ts';

export interface HostOptions {
  config?: Partial<Config>;
  /** Variables, as a host is started with. */
  env?: Record<string, string>;
  /** As on somebody else's chain: nobody signs for a wallet here. */
  remote?: boolean;
  /** The development chain as another host has it. */
  isEndpoint?: boolean;
  /** Whose calls are submitted; by default everybody's. */
  relay?: Partial<RelayLimits>;
  quota?: Partial<UploadQuota>;
  /** So many blocks below the head no reorganisation reaches; by default none, as on the embedded chain. */
  confirmations?: number;
  /** How long a signed call waits for its block. */
  relayWaitMs?: number;
  /** Where an earlier host of the test has kept everything; else a folder of its own, which goes with the host. */
  dataDir?: string;
  /** Where it says that it is reached; by default where it listens. */
  publicUrl?: string;
  takesOver?: boolean;
  /** The host's clock. */
  nowSec?: () => number;
}

/** Where people sign in to the host under test. */
export const SITE = 'https://host.example.org';
const PLENTY = 10n ** 15n;
const OPEN_RELAY = { mode: 'open', gasPerDay: PLENTY, gasPerWallet: PLENTY, gasPerClient: PLENTY } as const;
/** Some tests ask more in a minute than any client does, and all of a test comes from one address. */
const NO_LIMITS = {
  rateLimits: { reads: 0, writes: 0, uploads: 0 },
  maxConnectionsPerClient: Number.POSITIVE_INFINITY,
};
const NEVER_MS = 2 ** 31 - 1;

/** The whole host in this process, on an embedded chain with one deployment more. */
export async function openHost({ remote = false, ...options }: HostOptions) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'http-'));
  await using parts = new AsyncDisposableStack();
  if (options.dataDir === undefined) parts.defer(() => rmSync(dataDir, { recursive: true }));
  const offered = remote && { STORAGE: 'ipfs' }; // as where ETH_RPC_URL names another chain
  // The same with ffmpeg on the machine and without.
  const own = { FFMPEG: 'off', DATA_DIR: dataDir, PORT: '0', DEVNET_PORT: '0', PUBLIC_URL: SITE };
  const env = readConfig({ ...own, ...offered, ...options.env });
  const config = {
    ...env,
    ...NO_LIMITS,
    relay: { ...env.relay, ...OPEN_RELAY, ...options.relay },
    uploadQuota: { ...env.uploadQuota, ...options.quota },
    ...options.config,
  };
  const logged: { level: string; facts: Record<string, unknown> }[] = [];
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (facts: Record<string, unknown>) => void logged.push({ level, facts }),
    ]),
  ) as unknown as AppDeps['log'];

  let older = '';
  const openBoth: typeof openChain = async (...args) => {
    const chain = await openChain(...args);
    const signer = new JsonRpcSigner(chain.provider, testWallet(0).address); // sooner than by ethers' own signature
    const [deployment] = await runDeploy({ signer, network: 'older' });
    if (!deployment) throw new Error('nothing was deployed');
    older = deployment.address;
    const deployments = [{ address: older, startBlock: deployment.blockNumber }, ...chain.deployments];
    const facts = { ...chain.facts, confirmations: options.confirmations ?? chain.facts.confirmations };
    const isEmbedded = chain.isEmbedded && !options.isEndpoint;
    return { ...chain, isEmbedded, facts, deployments, ...(remote && { unsigned: null }) };
  };
  const host = parts.use(
    await createHost(config, {
      log,
      takesOver: options.takesOver ?? false,
      ...(options.nowSec && { clock: { nowSec: options.nowSec } }),
      overrides: {
        openChain: openBoth,
        publicUrl: (listeningAt) => options.publicUrl ?? listeningAt,
        expiryPauseMs: NEVER_MS,
        ...(options.relayWaitMs !== undefined && { relayWaitMs: options.relayWaitMs }),
      },
    }),
  );
  const running = parts.move();
  return {
    ...host,
    records: pathsOf(config).records,
    book: pathsOf(config).book,
    /** The folder of all that the host keeps. */
    dataDir,
    logged,
    /** A deployment that the host follows and does not write to. */
    older,
    stop: () => running.disposeAsync(),
  };
}

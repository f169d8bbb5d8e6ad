import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { createCallCheck } from '../../../indexer/chain/callcheck.ts';
import { publicTestAccounts } from '../../../indexer/chain/devnet/accounts.ts';
import { createSignatureCheck } from '../../../indexer/chain/signatures.ts';
import { createIndexer } from '../../../indexer/chain/sync.ts';
import { createTokenBook } from '../../../indexer/chain/tokens.ts';
import { createWriter } from '../../../indexer/chain/writer.ts';
import { readConfig } from '../../../indexer/config.ts';
import { type AppDeps, createApp, routesOf } from '../../../indexer/http/app.ts';
import { CODES, type Code } from '../../../indexer/http/codes.ts';
import { createMetrics } from '../../../indexer/http/metrics.ts';
import { problemSchema } from '../../../indexer/http/schemas/problem.ts';
import { listen } from '../../../indexer/http/server.ts';
import { createExpiry } from '../../../indexer/jobs/expiry.ts';
import { createMemoryLive } from '../../../indexer/live/memory.ts';
import type { Tallies } from '../../../indexer/live/tallies.ts';
import { createMemoryTallies } from '../../../indexer/live/tallies-memory.ts';
import { type OpenChain, openChain } from '../../../indexer/open-chain.ts';
import { openStorage } from '../../../indexer/open-storage.ts';
import { hostContract } from '../../../indexer/payments/hostcontract.ts';
import { openRelay } from '../../../indexer/payments/openrelay.ts';
import { FREE_FOR_ALL, type RelayPolicy } from '../../../indexer/payments/relaypolicy.ts';
import { places } from '../../../indexer/places.ts';
import { siteOrigins } from '../../../indexer/signin/origins.ts';
import { createSignIn } from '../../../indexer/signin/signin.ts';
import { createStaging, type UploadQuota } from '../../../indexer/staging/staging.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dump } from '../store/dump.ts';

export * from './samples.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // What the tests look into, with chai to say what is there.
  body: Record<string, unknown>;
}

export interface ApiOptions {
  config?: Partial<AppDeps['config']>;
  /** Variables, as a host is started with. */
  env?: Record<string, string>;
  /** As on somebody else's chain: nobody signs for a wallet here. */
  remote?: boolean;
  /** Whose calls are submitted; by default everybody's. */
  relay?: RelayPolicy | ((parts: { store: Store; tallies: Tallies }) => RelayPolicy);
  /** How long a signed call waits for its block. */
  relayWaitMs?: number;
  quota?: Partial<UploadQuota>;
  /** The host's clock. */
  nowSec?: () => number;
}

/** Where people sign in to the host under test. */
export const SITE = 'https://host.example.org';
const SECRET = 'for the tests of the host and for nothing else';

/** What any endpoint can answer, and none documents for itself. */
const ANYWHERE = new Set([
  'malformed_path',
  'origin_not_allowed',
  'host_not_allowed',
  'internal_error',
  'unavailable',
  'rate_limited',
]);

/** Some tests ask more in a minute than any client does. */
const NO_LIMITS = { reads: 0, writes: 0, uploads: 0 };

/** The whole host in this process: embedded chain, SQLite, IPFS blocks on disk, indexer and HTTP. */
export async function startApi(options: ApiOptions = {}) {
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
  await eventually(
    async () => indexer.status(),
    ({ synced }) => synced,
  );

  const nowSec = options.nowSec ?? (() => Math.floor(Date.now() / 1000));
  const tallies = createMemoryTallies();
  const signIn = createSignIn({
    origins: siteOrigins(config),
    chainId: chain.facts.chainId,
    secret: SECRET,
    sessionSec: config.sessionSec,
    store,
    tallies,
    isSignedBy: createSignatureCheck(chain.rpc),
    nowSec,
  });
  const head = () => chain.provider.getBlockNumber();
  const { provider } = chain;
  const check = createCallCheck({ provider, chainId: chain.facts.chainId });
  const { relay: policy = FREE_FOR_ALL } = options;
  const relay = parts.use(
    openRelay({
      wallet: chain.operator,
      provider,
      check,
      ledger: store,
      policy: typeof policy === 'function' ? policy({ store, tallies }) : policy,
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
    waitFor: (block: number) => indexer.waitFor(block),
    onIndexed: (listener: Parameters<typeof indexer.onIndexed>[0]) => indexer.onIndexed(listener),
  };
  const expire = createExpiry({ store, storage, chain: facts, log, nowSec });
  const stopping = new AbortController();
  const deps: AppDeps = {
    config: {
      ...config,
      unsigned: options.remote !== true,
      relayFor: options.remote ? config.relay.mode : 'open',
      ...options.config,
    },
    store,
    live,
    tallies,
    storage,
    writer: createWriter({ contract: facts.contract, unsigned, relay, check }),
    chain: facts,
    signIn,
    staging: createStaging({
      store,
      tallies,
      quota: { ...config.uploadQuota, ...options.quota },
      stageSec: config.uploadStageSec,
      expire,
      nowSec,
    }),
    contract: hostContract(chain.provider),
    tokens: createTokenBook(chain.rpc),
    log,
    nowSec,
    stopping: stopping.signal,
  };
  const server = await listen(createApp(deps), { host: '127.0.0.1', port: 0 });
  parts.defer(() => server.close());
  parts.defer(() => stopping.abort());
  const running = parts.move();

  const routes = routesOf(deps, createMetrics(deps.chain.status)).map((route) => ({
    ...route,
    name: `${route.method.toUpperCase()} ${route.path}`,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  /** Endpoints that answered 200 with what they promise. */
  const answered = new Set<string>();

  /** A call whose answer must be what the documentation promises, whatever it is. */
  async function call(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(server.url + path, { method, ...init });
    const body = (await response.json()) as Answer['body'];
    const { status, headers } = response;
    const { pathname } = new URL(path, server.url);
    const route = routes.find((each) => each.method === method.toLowerCase() && each.pattern.test(pathname));
    if (status >= 400 && headers.get('content-type')?.startsWith('application/problem+json')) {
      problemSchema.parse(body);
      const code = String(body.code);
      expect(CODES[code as Code]?.[0], `${code} belongs to another status`).to.equal(status);
      if (route && !ANYWHERE.has(code)) {
        expect(route.doc.responses[status], `${route.name} does not document it`)
          .to.have.property('description')
          .that.contains(`\`${code}\``);
      }
    } else {
      route?.answer?.parse(body);
      if (route) answered.add(route.name);
    }
    return { status, headers, body };
  }

  const get = (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers });
  const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
    send('POST', path, json, headers);
  const send = (method: string, path: string, json: unknown, headers: Record<string, string> = {}) =>
    call(method, path, {
      body: typeof json === 'string' ? json : JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const uploadTo = (
    path: '/upload-content' | '/upload-content-web3',
    content: string | Uint8Array<ArrayBuffer>,
    meta: unknown,
    headers: Record<string, string> = {},
  ) => {
    const form = new FormData();
    form.set('file', new Blob([content]), 'video.mp4');
    form.set('json_data', typeof meta === 'string' ? meta : JSON.stringify(meta));
    return call('POST', path, { body: form, headers });
  };
  type Upload = Parameters<typeof uploadTo> extends [unknown, ...infer Given] ? Given : never;
  const upload = (...given: Upload) => uploadTo('/upload-content', ...given);
  const uploadOnChain = (...given: Upload) => uploadTo('/upload-content-web3', ...given);
  /** Takes a creator's file away. */
  const remove = (cid: string, creator: string, headers: Record<string, string> = {}) =>
    send('DELETE', `/media/${cid}`, { content_creator_wallet: creator }, headers);

  /** A session of a test account. */
  async function signedIn(index: number): Promise<{ authorization: string }> {
    const signer = wallet(index);
    const message = String((await get(`/auth/nonce?wallet=${signer.address}`)).body.message);
    const { body } = await post('/auth/sign-in', { message, signature: await signer.signMessage(message) });
    return { authorization: `Bearer ${body.token}` };
  }
  const wallet = (index: number) => new Wallet(publicTestAccounts()[index]?.privateKey ?? '', chain.provider);
  return {
    url: server.url,
    records: at.records,
    deps,
    chain,
    server,
    logged,
    routes,
    answered,
    call,
    get,
    post,
    send,
    upload,
    uploadOnChain,
    signedIn,
    /** One run of the job that removes uploads which are over. */
    expire,
    /** The files of all media blocks. */
    blocks: () =>
      readdirSync(join(dataDir, 'ipfs', 'blocks'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.data'))
        .sort(),
    remove,
    head,
    /** The contract, called by a wallet that signs for itself. */
    as: (index: number, contract = chain.facts.contract) =>
      StreamHost__factory.connect(contract, wallet(index)),
    /** A deployment that the host follows and does not write to. */
    older: older.address,
    wallet,
    /** What /readyz says once it is ready, or at the deadline. */
    ready: () =>
      eventually(
        () => get('/readyz'),
        ({ status }) => status === 200,
      ),
    /** Resolves when the records show all of the chain. */
    settled: async () => indexer.waitFor(await head()),
    /** All that a call could have changed. */
    async state() {
      await indexer.waitFor(await head());
      return {
        head: await head(),
        rows: dump(at.records),
        live: await live.all(),
        media: readdirSync(join(dataDir, 'ipfs', 'pins')),
        reports: (await store.unsettledReports({})).map(({ ref }) => ref),
      };
    },
    stop: () => running.disposeAsync(),
  };
}

async function deployAnother({ provider }: OpenChain): Promise<{ address: string; startBlock: number }> {
  const signer = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', provider);
  const [deployment] = await runDeploy({ signer, network: 'older' });
  if (!deployment) throw new Error('nothing was deployed');
  return { address: deployment.address, startBlock: deployment.blockNumber };
}

export type Api = Awaited<ReturnType<typeof startApi>>;

const DEADLINE_MS = 5_000;

/** Asks again until `done`, or gives the last answer at the deadline. */
export async function eventually<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (done(answer) || performance.now() > deadline) return answer;
    await delay(5);
  }
}

/** Asserts a problem by its status, code and field, and gives its body. */
export function expectProblem(answer: Answer, status: number, code: Code, field?: string): Answer['body'] {
  const { code: actual, field: at, detail } = answer.body;
  expect({ status: answer.status, code: actual, field: at }, String(detail)).to.deep.equal({
    status,
    code,
    field,
  });
  return answer.body;
}

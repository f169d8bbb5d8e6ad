import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { publicTestAccounts } from '../../../indexer/chain/devnet/accounts.ts';
import { createIndexer } from '../../../indexer/chain/sync.ts';
import { createTokenBook } from '../../../indexer/chain/tokens.ts';
import { readConfig } from '../../../indexer/config.ts';
import { type AppDeps, createApp, routesOf } from '../../../indexer/http/app.ts';
import { CODES, type Code } from '../../../indexer/http/codes.ts';
import { createMetrics } from '../../../indexer/http/metrics.ts';
import { problemSchema } from '../../../indexer/http/schemas/problem.ts';
import { listen } from '../../../indexer/http/server.ts';
import { createMemoryLive } from '../../../indexer/live/memory.ts';
import { type OpenChain, openChain } from '../../../indexer/open-chain.ts';
import { openMedia } from '../../../indexer/open-media.ts';
import { hostContract } from '../../../indexer/payments/hostcontract.ts';
import { places } from '../../../indexer/places.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
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
}

/** What any endpoint can answer, and none documents for itself. */
const ANYWHERE = new Set([
  'malformed_path',
  'origin_not_allowed',
  'host_not_allowed',
  'internal_error',
  'unavailable',
]);

/** The whole host in this process: embedded chain, SQLite, IPFS blocks on disk, indexer and HTTP. */
export async function startApi(options: ApiOptions = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'http-'));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rmSync(dataDir, { recursive: true }));
  const at = places(dataDir);
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', DEVNET_PORT: '0', ...options.env });
  const logged: { level: string; facts: Record<string, unknown> }[] = [];
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (facts: Record<string, unknown>) => void logged.push({ level, facts }),
    ]),
  ) as unknown as AppDeps['log'];

  const chain = parts.use(await openChain(config, at, () => undefined));
  const store = parts.adopt(openSqliteStore({ path: at.records }), (open) => open.close());
  const storage = parts.adopt(
    await openMedia({ config, chain, store, log: { warn: () => undefined, info: () => undefined } }),
    (open) => open.close(),
  );
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

  const head = () => chain.provider.getBlockNumber();
  const deps: AppDeps = {
    config: { ...config, unsigned: options.remote !== true, ...options.config },
    store,
    live,
    storage,
    writer: options.remote ? null : chain.writer,
    chain: {
      ...chain.facts,
      status: () => indexer.status(),
      head,
      waitFor: (block) => indexer.waitFor(block),
    },
    contract: hostContract(chain.provider),
    tokens: createTokenBook(chain.rpc),
    log,
    nowSec: () => Math.floor(Date.now() / 1000),
  };
  const server = await listen(createApp(deps), { host: '127.0.0.1', port: 0 });
  parts.defer(() => server.close());
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
    call('POST', path, {
      body: typeof json === 'string' ? json : JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const upload = (
    content: string | Uint8Array<ArrayBuffer>,
    meta: unknown,
    path: '/upload-content' | '/upload-content-web3' = '/upload-content',
  ) => {
    const form = new FormData();
    form.set('file', new Blob([content]), 'video.mp4');
    form.set('json_data', typeof meta === 'string' ? meta : JSON.stringify(meta));
    return call('POST', path, { body: form });
  };
  /** Takes a creator's file away. */
  const remove = (cid: string, creator: string) =>
    call('DELETE', `/media/${cid}`, {
      body: JSON.stringify({ content_creator_wallet: creator }),
      headers: { 'content-type': 'application/json' },
    });

  const wallet = (index: number) => new Wallet(publicTestAccounts()[index]?.privateKey ?? '', chain.provider);
  return {
    url: server.url,
    deps,
    chain,
    server,
    logged,
    routes,
    answered,
    call,
    get,
    post,
    upload,
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

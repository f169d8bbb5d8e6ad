import { join } from 'node:path';
import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually as within } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { mediaOnDisk } from '../media/on-disk.ts';
import { dump, dumpOwn } from '../store/dump.ts';
import { type Answer, createClient } from './answers.ts';
import { type HostOptions, openHost } from './host.ts';

export type { Answer } from './answers.ts';
export { type HostOptions, SITE } from './host.ts';
export * from './samples.ts';

export type Api = Awaited<ReturnType<typeof startApi>>;

/** The whole host in this process, and what the tests do with it. */
export async function startApi(options: HostOptions = {}) {
  const host = await openHost(options);
  const { chain, dataDir, deps, indexer } = host;
  const client = createClient(host.url, deps);
  const head = () => deps.chain.head();
  const wallet = (index: number) => testWallet(index, chain.provider);
  return {
    ...host,
    ...client,
    head,
    wallet,
    /** Headers of the operator's own calls. */
    asOperator: { authorization: `Bearer ${deps.operatorSecret}` },
    /** A session of a test account. */
    async signedIn(index: number): Promise<{ authorization: string }> {
      const signer = wallet(index);
      const message = String((await client.get(`/auth/nonce?wallet=${signer.address}`)).body.message);
      const signature = await signer.signMessage(message);
      const { body } = await client.post('/auth/sign-in', { message, signature });
      return { authorization: `Bearer ${body.token}` };
    },
    /** Puts a file there that nobody has published. @returns its CID */
    add: async (text: string) => (await deps.storage.add(bytes(text))).cid,
    /** The wallet itself sends what an upload was answered with. */
    async publishBy({ body }: Answer, index = 1) {
      const { to, data } = (body.publish as { transaction: { to: string; data: string } }).transaction;
      await (await wallet(index).sendTransaction({ to, data })).wait();
      await indexer.waitFor(await head());
    },
    /** The next block, so much later. */
    async increaseTime(sec: number) {
      await chain.provider.send('evm_increaseTime', [sec]);
      await chain.provider.send('evm_mine', []);
    },
    /** The contract, called by a wallet that signs for itself. */
    as: (index: number, contract = chain.facts.contract) =>
      StreamHost__factory.connect(contract, wallet(index)),
    /** What /readyz says once it is ready, or at the deadline. */
    ready: () =>
      eventually(
        () => client.get('/readyz'),
        ({ status }) => status === 200,
      ),
    /** Resolves when the records show all of the chain. */
    settled: async () => indexer.waitFor(await head()),
    /** All that lies in the media folder, kept or not. */
    mediaFiles: () => mediaOnDisk(join(dataDir, 'media')),
    /** All that a call could have changed. */
    async state() {
      await indexer.waitFor(await head());
      await deps.store.feedEnd(); // shows what the book has changed
      return {
        head: await head(),
        rows: { ...dump(host.records), ...dumpOwn(host.book) },
        live: await deps.live.all(),
        media: mediaOnDisk(join(dataDir, 'media'), ['roots']),
        reports: (await deps.store.unsettledReports({})).map(({ ref }) => ref),
      };
    },
  };
}

/** A file of one piece. */
export async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** The host of all tests of the `describe` around it: started before them, stopped after them. */
export function useApi(options: HostOptions = {}): Api {
  let api: Api | undefined;
  before(async () => {
    api = await startApi(options);
  });
  after(() => api?.stop());
  return new Proxy({} as Api, { get: (_, name) => api && Reflect.get(api, name) });
}

/** Asks again until `done`, or gives the last answer after 5 s. */
export const eventually = <T>(ask: () => Promise<T>, done: (answer: T) => boolean) =>
  within(5_000, ask, done);

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

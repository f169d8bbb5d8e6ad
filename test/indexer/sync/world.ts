import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserProvider, parseEther, solidityPacked, toQuantity, ZeroAddress } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { createIndexer, type ProvenIndexerOptions } from '../../../indexer/compose/indexer.ts';
import { hostInterface } from '../../../indexer/contract/interface.ts';
import { createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import { openSqliteStores } from '../../../indexer/store/sqlite/index.ts';
import type { Store } from '../../../indexer/store/store.ts';
import type { Indexer } from '../../../indexer/sync/indexer.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { IPaymentChannels } from '../../../types/ethers-contracts/StreamHost.ts';
import { createKeptLive } from '../live/kept-live.ts';
import { dump } from '../store/dump.ts';
import { createFaultyRpc } from './faults.ts';
import { type Node, startNode } from './node.ts';

export const PRICE = parseEther('0.001') + 1n;
export const CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';

export interface Deployed {
  address: string;
  startBlock: number;
}

export type World = Awaited<ReturnType<typeof startWorld>>;
/** One indexer with its records, as a process of its own would hold them. */
export type Process = Awaited<ReturnType<World['startIndexer']>>;
type StartOptions = Partial<ProvenIndexerOptions> & { path?: string };
type Sent = { value?: bigint; to?: string };

export interface SponsoredSample {
  viewTimeSec: number;
  counter: number;
  units?: number;
  viewer?: string;
}

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A chain with the contract and some wallets, and any number of indexers.
 * @param given a chain of its own by default, in this process.
 */
export async function startWorld(given?: Node) {
  const node = given ?? (await startNode());
  const ethers = new BrowserProvider(node.provider, undefined, { cacheTimeout: -1 });
  const rpc = createFaultyRpc(createProviderRpc(node.provider));
  const folder = mkdtempSync(join(tmpdir(), 'indexer-'));
  const accounts = ((await node.send('eth_accounts')) as string[]).map((account) => account.toLowerCase());
  const [, creator = '', provider = '', viewer = '', sponsor = ''] = accounts;
  const running = new Set<{ stop(): Promise<void> }>();
  let opened = 0;

  async function deployAnother(): Promise<Deployed> {
    const [deployment] = await runDeploy({ signer: await ethers.getSigner(), network: 'test' });
    if (!deployment) throw new Error('nothing was deployed');
    return { address: deployment.address.toLowerCase(), startBlock: deployment.blockNumber };
  }
  const genesis = await node.send('evm_snapshot');
  const contract = await deployAnother();

  const reader = StreamHost__factory.connect(contract.address, ethers);

  /** Calls the contract by name. @returns the block's number */
  async function act(
    from: string,
    name: string,
    args: readonly unknown[],
    options: Sent = {},
  ): Promise<number> {
    const { value = 0n, to = contract.address } = options;
    const data = hostInterface.encodeFunctionData(name, args);
    return (await node.transact({ from, to, data, value: toQuantity(value) })).blockNumber;
  }

  async function startIndexer({ path = join(folder, `${++opened}.sqlite`), ...options }: StartOptions = {}) {
    const { store, book } = openSqliteStores({ records: path, book: `${path}-book` });
    const live = createKeptLive();
    const indexer = createIndexer({
      ...{ rpc, store, live, deployments: [contract], log: silent, pollMs: 5, shorterChainTimeoutMs: 0 },
      ...options,
    });
    const process = {
      indexer,
      store,
      book,
      live,
      path,
      /** Waits until the chain's head is indexed, and gives all rows. */
      async settled() {
        await atHead({ indexer, store }, node);
        return dump(path);
      },
      async stop(): Promise<void> {
        running.delete(process);
        await indexer.stop();
        await store.close();
        await book.close();
      },
    };
    running.add(process);
    await indexer.start();
    return process;
  }

  return {
    node,
    /** Between the indexers and the chain. */
    rpc,
    contract,
    ...{ creator, provider, viewer, sponsor },
    act,
    async publish(cid = CID, by = creator): Promise<string> {
      const publication = {
        ...{ cid, token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: 3_333 },
        ...{ unit: 0, name: 'Sample', metadata: '' },
      };
      await act(by, 'publish', [publication]);
      const contentId = await reader.contentIdOf(by, ZeroAddress, cid);
      await act(provider, 'registerStream', [contentId, 'http://provider.example/v']);
      return contentId;
    },
    pay(contentId: string, { units = 1, viewer: by = viewer, provider: to = provider } = {}) {
      const value = PRICE * BigInt(units);
      return act(by, 'payView', [contentId, to, units, value], { value });
    },
    sponsorViews(contentId: string, views: SponsoredSample[], { surplus = 0n } = {}) {
      const packed = views.map((view) =>
        solidityPacked(
          ['address', 'address', 'uint32', 'uint40', 'uint32'],
          [view.viewer ?? viewer, provider, view.units ?? 1, view.viewTimeSec, view.counter],
        ).slice(2),
      );
      const units = views.reduce((sum, view) => sum + (view.units ?? 1), 0);
      const value = PRICE * BigInt(units) + surplus;
      const contents = [{ contentId, unitPrice: PRICE, views: `0x${packed.join('')}` }];
      return act(sponsor, 'sponsorViews', [ZeroAddress, value, 7n, contents], { value });
    },
    deployAnother,
    /** Takes back everything, the contract too, and deploys it again at the same address, one block later. */
    async beginAnew() {
      await node.send('evm_revert', genesis);
      await node.mine(1);
      const again = await deployAnother();
      if (again.address !== contract.address) throw new Error('the contract has another address now');
    },
    /** What the contract owes a wallet in native coin. */
    owed: (wallet: string) => reader.credits(wallet, ZeroAddress),
    /** What the contract says that a channel holds. */
    channelOf: (channel: IPaymentChannels.ChannelStruct) => reader.channelOf(channel),
    startIndexer,
    /** The rows of an indexer that sees the chain as it is now for the first time. */
    async fromScratch(options: StartOptions = {}) {
      const process = await startIndexer({ rpc: createProviderRpc(node.provider), ...options });
      const rows = await process.settled();
      await process.stop();
      return rows;
    },
    async close() {
      for (const process of running) await process.stop();
      ethers.destroy();
      await node.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when the indexer stands at the chain's head, on the chain's own fork. */
async function atHead({ indexer, store }: { indexer: Indexer; store: Store }, node: Node): Promise<void> {
  const { number, hash } = (await node.send('eth_getBlockByNumber', 'latest', false)) as Record<
    string,
    string
  >;
  const reached = Promise.withResolvers<void>();
  const look = async () => {
    const cursor = await store.cursor();
    if (cursor?.number === Number(number) && cursor.hash === hash) reached.resolve();
  };
  const stopListening = indexer.onIndexed(() => void look().catch(reached.reject));
  const deadline = setTimeout(() => reached.reject(new Error(describeStatus(indexer))), 10_000);
  try {
    await look();
    await reached.promise;
  } finally {
    clearTimeout(deadline);
    stopListening();
  }
}

function describeStatus(indexer: Indexer): string {
  const { lastError, ...numbers } = indexer.status();
  return `the head is not indexed in time: ${JSON.stringify(numbers)} ${lastError?.stack ?? ''}`;
}

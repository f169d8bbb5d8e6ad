import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { HostContract } from '../../../indexer/contract/stream-host.ts';
import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { paidViewsReader } from '../../../indexer/payouts/paid-on-chain.ts';
import type { PayDeps } from '../../../indexer/payouts/pay.ts';
import { recordView } from '../../../indexer/payouts/report-view.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { openSqliteStores } from '../../../indexer/store/sqlite/index.ts';
import type { ContentRow, Store } from '../../../indexer/store/store.ts';
import { createKeyLock } from '../../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../../indexer/txmgr/tx-manager.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { testWallet } from '../../wallets.ts';
import { freshChain, type TestChain } from './chain.ts';

export const PRICE = 1_000_000_000_000_001n;
export const PROVIDER_SHARE_BPS = 3_333;
const NATIVE = '0x0000000000000000000000000000000000000000';
const CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';

/** A chain with the contract, a creator, a provider and a viewer, and a folder for databases. */
export async function paymentsWorld(open: (folder: string) => Promise<TestChain> = freshChain) {
  const folder = mkdtempSync(join(tmpdir(), 'payments-'));
  const at = pathsOf({ dataDir: folder, deploymentsDir: folder });
  const chain = await open(folder);
  const wallet = (index: number) => testWallet(index, chain.provider);
  const [operator, creator, provider, viewer] = [wallet(0), wallet(1), wallet(2), wallet(3)];
  const [deployment] = await runDeploy({ signer: operator, network: 'localhost', dir: at.ownDeployments });
  if (!deployment) throw new Error('nothing was deployed');
  const contract = deployment.address.toLowerCase();
  const as = (signer: Wallet) => StreamHost__factory.connect(contract, signer);

  let published = 0;
  async function publish(terms: { price?: bigint; token?: string; cid?: string } = {}): Promise<ContentRow> {
    published += 1;
    const { price = PRICE, token = NATIVE, cid = CID } = terms;
    const publication = {
      cid,
      token,
      pricePerUnit: price,
      providerShareBps: PROVIDER_SHARE_BPS,
      unit: 0,
      name: `Video ${published}`,
      metadata: '',
    };
    const contentId = await as(creator).contentIdOf(creator.address, token, cid);
    const sent = await as(creator).publish(publication);
    await as(provider).registerStream(contentId, 'http://localhost:9000/stream');
    const receipt = await sent.wait();
    return {
      contract,
      contentId,
      cid,
      cidKey: canonicalCid(cid) ?? '',
      creator: creator.address.toLowerCase(),
      token,
      videoName: publication.name,
      metadata: '',
      pricePerUnit: price,
      providerShareBps: PROVIDER_SHARE_BPS,
      unit: 'view',
      retired: false,
      publishedAtSec: 0,
      publishedBlock: receipt?.blockNumber ?? 0,
      txHash: receipt?.hash ?? '',
      scheduled: null,
    };
  }

  /** Registers a stream of another provider, who gets the coin to pay for it. */
  async function serve(listing: ContentRow, by: { address: string; privateKey: string }): Promise<void> {
    const gas = { to: by.address, value: 10n ** 15n };
    await (await viewer.sendTransaction(gas)).wait();
    const signer = new Wallet(by.privateKey, chain.provider);
    await (await as(signer).registerStream(listing.contentId, 'http://localhost:9001/stream')).wait();
    const rest = await chain.provider.getBalance(by.address);
    const fee = 21_000n * 10n ** 9n;
    const back = { to: viewer.address, value: rest - fee, gasLimit: 21_000n, gasPrice: 10n ** 9n };
    await (await signer.sendTransaction(back)).wait();
  }

  const opened: { close(): Promise<void> }[] = [];
  /** What a process of its own would hold: a connection to the database, a turn at the key. */
  function process(key: Wallet = operator, paths: Pick<typeof at, 'records' | 'book'> = at) {
    const { store, book } = openSqliteStores(paths);
    opened.push(store, book);
    const lock = createKeyLock(book, { ttlMs: 1_000, waitMs: 20_000 });
    const txManager = new TxManager({ wallet: key, provider: chain.provider, records: book, lock });
    const deps: PayDeps & Stores = {
      store,
      book,
      txManager,
      chain: new HostContract(chain.provider),
      paidViews: paidViewsReader(chain.rpc),
      deployedAt: new Map([[contract, deployment?.blockNumber ?? 0]]),
      sponsor: txManager.address.toLowerCase(),
    };
    const report = (
      listing: ContentRow,
      viewTimeSec: number,
      change: { price?: bigint; txHash?: string } = {},
    ) =>
      recordView(deps, {
        listing,
        viewer: viewer.address,
        provider: provider.address,
        price: change.price ?? listing.pricePerUnit,
        viewTimeSec,
        txHash: change.txHash ?? null,
      });
    return { store, book, deps, txManager, report };
  }

  return {
    chain,
    folder,
    contract,
    wallet,
    creator,
    provider,
    viewer,
    as,
    startBlock: deployment.blockNumber,
    publish,
    serve,
    process,
    credits: (account: Wallet, token = NATIVE) => as(operator).credits(account.address, token),
    async close() {
      for (const store of opened) await store.close();
      await chain.close();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Stores {
  store: Store;
  book: Book;
}

export type PaymentsWorld = Awaited<ReturnType<typeof paymentsWorld>>;

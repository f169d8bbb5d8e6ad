import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import { ETHSTORAGE_MAPPING } from 'ethstorage-sdk';
import { Directory } from '../../indexer/media/ethstorage/directory.ts';
import { openEthStorage } from '../../indexer/media/ethstorage/ethstorage.ts';
import type { OwnerKey } from '../../indexer/media/ethstorage/ports.ts';
import type { MediaStorage } from '../../indexer/media/storage.ts';
import { HttpRpc } from '../../indexer/rpc/http.ts';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { createKeyLock } from '../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../indexer/txmgr/tx-manager.ts';
import { BlobKeeper__factory } from '../../types/ethers-contracts/factories/mocks/BlobKeeper__factory.ts';
import { type Anvil, startAnvil } from '../e2e/anvil.ts';
import { spawnHost, startHost } from '../e2e/host.ts';
import { bytesOf, collect, file } from '../indexer/media/content.ts';
import { directoryOf } from '../indexer/media/ethstorage/world.ts';
import { rejection } from '../rejection.ts';
import { runNode } from '../scripts/run.ts';
import { eventually } from '../until.ts';
import { testWallet } from '../wallets.ts';
import { blobNode } from './blob-node.ts';

const SEPOLIA = 11155111;
const BLOB_BYTES = 130_044;
const PAYMENT_WEI = 10n ** 12n;

/** Sepolia as anvil plays it, with a contract that keeps blobs where EthStorage's stands. */
interface Readiness {
  ready: boolean;
  parts: Record<string, unknown>;
}

describe('files on EthStorage by blobs', function () {
  this.timeout(180_000);
  let anvil: Anvil;
  let folder: string;
  let provider: JsonRpcProvider;
  const parts = new AsyncDisposableStack();
  let key: OwnerKey;
  let node: ReturnType<typeof blobNode>;
  let storage: MediaStorage;
  const sent: string[] = [];

  before(async () => {
    anvil = await startAnvil({ chainId: SEPOLIA, args: ['--hardfork', 'osaka'] });
    parts.defer(() => anvil.stop());
    folder = await mkdtemp(join(tmpdir(), 'blobs-'));
    parts.defer(() => rm(folder, { recursive: true }));
    provider = new JsonRpcProvider(anvil.url, SEPOLIA, { cacheTimeout: -1, staticNetwork: true });
    parts.defer(() => provider.destroy());
    await placeKeeper(provider);

    const records = openSqliteBook({ path: join(folder, 'book.sqlite') });
    parts.defer(() => records.close());
    const wallet = testWallet(0);
    const timeouts = { raiseAfterMs: 400 };
    const txManager = new TxManager({ wallet, provider, records, lock: createKeyLock(records), timeouts });
    const chain = new HttpRpc({ url: anvil.url });
    node = blobNode(provider, chain);
    key = {
      address: txManager.address,
      async send(...call) {
        const one = await txManager.send(...call);
        if (one) sent.push(one.hash);
        return one;
      },
    };
    const options = { chainId: SEPOLIA, key, chain, contents: node.client, lagMs: 0, log: () => undefined };
    storage = await openEthStorage({ ...options, dataDir: folder, maxBytes: 16 * 1024 ** 2 });
    parts.defer(() => storage.close());
  });
  after(() => parts.disposeAsync());
  beforeEach(() => {
    sent.length = 0;
  });

  const receipts = async () => await Promise.all(sent.map((hash) => provider.getTransactionReceipt(hash)));

  it('take a transaction for six chunks, and are paid for; the directory is created for them', async () => {
    const size = 7 * BLOB_BYTES + 5;
    const { cid, web3Url } = await storage.add(file(size));
    const directory = new Directory(directoryOf(web3Url), new HttpRpc({ url: anvil.url }));
    expect(await directory.facts()).to.deep.equal({ owner: key.address, mode: 'blobs' });
    const entry = await directory.entry(cid);
    expect(entry).to.deep.equal({ mode: 'blobs', sizeBytes: size, chunks: 8, chunkPaymentWei: PAYMENT_WEI });
    const [creation, ...writes] = await receipts();
    expect(creation?.contractAddress).to.equal(directory.address);
    expect(writes.map((receipt) => Number(receipt?.blobGasUsed))).to.deep.equal([6 * 131_072, 2 * 131_072]);
    const keeper = ETHSTORAGE_MAPPING[SEPOLIA] ?? '';
    expect(await provider.getBalance(keeper)).to.equal(8n * PAYMENT_WEI);
    for (const { hash } of writes.flatMap((receipt) => receipt ?? [])) await node.keep(hash);
    for (const [offset, length] of [
      [0, size],
      [BLOB_BYTES - 3, 10],
    ] as const) {
      const bytes = await collect(storage.read(cid, { offset, length }));
      expect(bytes.equals(bytesOf(offset, length))).to.equal(true);
    }
  });

  it('cost about what npm run ethstorage-cost says before', async () => {
    const size = 7 * BLOB_BYTES + 9;
    const path = join(folder, 'file.bin');
    await writeFile(path, bytesOf(0, size));
    const script = ['scripts/ethstorage-cost.ts', path];
    const { stdout } = await runNode(script, { ETH_RPC_URL: anvil.url, ETHSTORAGE_MAX_BYTES: '' });
    expect(stdout).to.match(/^blobs +8 +2 +[\d,]+ +1,048,576 +0\.000008 ETH +0\.\d+ ETH$/m);
    const told = Number(/^blobs +8 +2 +([\d,]+)/m.exec(stdout)?.[1]?.replaceAll(',', ''));
    await storage.add(file(size));
    const used = (await receipts()).reduce((gas, receipt) => gas + Number(receipt?.gasUsed), 0);
    expect(told / used).to.be.within(0.9, 1.15);
  });

  it('cost nothing when they come again, and are gone when they are removed', async () => {
    const { cid, web3Url } = await storage.add(file(BLOB_BYTES + 1));
    sent.length = 0;
    await storage.add(file(BLOB_BYTES + 1));
    expect(sent).to.deep.equal([]);
    await storage.remove(cid);
    expect(await storage.stat(cid)).to.equal(null);
    const directory = new Directory(directoryOf(web3Url), new HttpRpc({ url: anvil.url }));
    expect(await directory.entry(cid)).to.include({ mode: null, sizeBytes: 0, chunks: 0 });
  });

  it('are an error worth trying again while the node of EthStorage does not have them yet', async () => {
    const { cid } = await storage.add(file(1_000));
    const failure = await rejection(collect(storage.read(cid, { offset: 0, length: 1 })));
    expect(failure).to.include({ fault: 'unreachable', retryable: true });
    await node.keep(sent[0] ?? '');
    expect(await collect(storage.read(cid, { offset: 0, length: 1 }))).to.have.length(1);
  });

  it('are offered by a host that has a node to read them from, and by no other', async () => {
    const env = {
      ETH_RPC_URL: anvil.url,
      STORAGE: 'ethstorage',
      PRIVATEKEY: testWallet(0).privateKey,
      CONTRACT_ADDRESS: ETHSTORAGE_MAPPING[SEPOLIA] ?? '', // some contract
    };
    const refused = spawnHost({ dataDir: join(folder, 'refused'), env });
    expect(await refused.gone).to.equal(1);
    expect(refused.output()).to.match(/^ETHSTORAGE_RPC_URL is not set: .*\n$/);
    const ready = await startHost({
      dataDir: join(folder, 'host'),
      env: { ...env, ETHSTORAGE_RPC_URL: anvil.url },
    });
    try {
      expect(ready.output()).to.match(/^ {2}media +EthStorage, and files in/m);
      // A public chain is looked at for the first time a moment after the host listens.
      const readyz = async () => (await (await fetch(`${ready.url}/readyz`)).json()) as Readiness;
      const { parts: up } = await eventually(20_000, readyz, (answer) => answer.ready);
      expect(up.ethstorage).to.deep.equal({ state: 'up', name: 'ethstorage' });
    } finally {
      await ready.end('SIGTERM');
    }
  });

  it('have their fees doubled when they are not mined, and wait for what else the key has in the pool', async () => {
    await storage.add(file(1));
    await provider.send('evm_setAutomine', [false]);
    const adding = storage.add(file(2_000));
    const inPool = async () => {
      const { pending } = await provider.send('txpool_content', []);
      const [tx] = Object.values<PooledTransaction>(pending[key.address.toLowerCase()] ?? {});
      return tx;
    };
    const first = await eventually(30_000, inPool, (tx) => tx?.type === '0x3');
    const second = await eventually(30_000, inPool, (tx) => tx?.maxFeePerBlobGas !== first?.maxFeePerBlobGas);
    expect(Number(second?.maxFeePerBlobGas)).to.be.at.least(2 * Number(first?.maxFeePerBlobGas));

    // Nodes refuse a transaction without blobs while one with them is in the pool.
    const prepared = Promise.withResolvers<void>();
    let isSent = false;
    const plain = key
      .send('relay', async () => {
        prepared.resolve();
        return { to: key.address, data: '0x' };
      })
      .finally(() => {
        isSent = true;
      });
    await prepared.promise;
    for (let round = 0; round < 50; round += 1) await inPool();
    expect(isSent).to.equal(false);
    await provider.send('evm_mine', []);
    await provider.send('evm_setAutomine', [true]);
    expect((await adding).sizeBytes).to.equal(2_000);
    expect((await (await plain)?.mined())?.status).to.equal(1);
  });
});

interface PooledTransaction {
  type: string;
  maxFeePerBlobGas: string;
}

/** Puts the contract where ethstorage-sdk looks for EthStorage's. */
async function placeKeeper(provider: JsonRpcProvider): Promise<void> {
  const wallet = testWallet(9, provider);
  const keeper = await new BlobKeeper__factory(wallet).deploy();
  await keeper.waitForDeployment();
  const code = await provider.getCode(await keeper.getAddress());
  await provider.send('anvil_setCode', [ETHSTORAGE_MAPPING[SEPOLIA], code]);
}

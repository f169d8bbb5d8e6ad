import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Directory } from '../../../../indexer/media/ethstorage/directory.ts';
import { type EthStorageOptions, openEthStorage } from '../../../../indexer/media/ethstorage/ethstorage.ts';
import { BOOK } from '../../../../indexer/store/sqlite/book/schema.ts';
import { txRecords } from '../../../../indexer/store/sqlite/book/tx-records.ts';
import { openDatabase } from '../../../../indexer/store/sqlite/database.ts';
import { createKeyLock } from '../../../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../../../indexer/txmgr/tx-manager.ts';
import { node, runChild } from '../../../child.ts';
import { testWallet } from '../../../wallets.ts';
import { reachableChain } from '../../payouts/chain.ts';

export const CHUNK_BYTES = 24_250;

/** The development chain, a key that pays on it, and storages over folders that go at the end. */
export async function ethStorageWorld() {
  const home = await mkdtemp(join(tmpdir(), 'ethstorage-chain-'));
  const running = await reachableChain(home);
  const chain = { ...running, url: `http://127.0.0.1:${running.port}` };
  const chainId = Number(await chain.call('eth_chainId'));
  const path = join(home, 'book.sqlite');
  const folders = [home];
  const closing: (() => unknown)[] = [];

  /** What another process would hold: its own connection to the records, the same key. */
  function key(account = 0): TxManager {
    const db = openDatabase(path, BOOK);
    closing.push(() => db.close());
    const records = txRecords(db);
    const wallet = testWallet(account);
    return new TxManager({ wallet, provider: chain.provider, records, lock: createKeyLock(records) });
  }

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ethstorage-'));
    folders.push(folder);
    return folder;
  }

  const ownKey = key();
  const messages: string[] = [];
  async function storage(dataDir: string, options: Partial<EthStorageOptions> = {}) {
    const log = (message: string) => void messages.push(message);
    const common = { dataDir, chainId, key: ownKey, chain: chain.rpc, maxBytes: 1024 ** 2, lagMs: 0, log };
    const opened = await openEthStorage({ ...common, ...options });
    closing.push(() => opened.close());
    return opened;
  }

  /** Has another process store `file(size)`; it is killed at the crash point, if one is named. Gives its URL. */
  async function uploadElsewhere(dataDir: string, size: number, crashAt?: string): Promise<string> {
    const words = node(join(import.meta.dirname, 'uploader.ts'), chain.url, path, dataDir, size);
    const { how, stdout } = await runChild(words, { CRASH_AT: crashAt });
    expect(how).to.equal(crashAt === undefined ? 0 : 'SIGKILL');
    return stdout.trim();
  }

  return {
    chain,
    chainId,
    uploadElsewhere,
    url: chain.url,
    key,
    ownKey,
    newFolder,
    storage,
    messages,
    directory: (address: string) => new Directory(address, chain.rpc),
    wallet: (account: number) => testWallet(account, chain.provider),
    /** How many contracts the key's owner has created. */
    async creations() {
      let created = 0;
      for (let number = 1; number <= (await chain.provider.getBlockNumber()); number += 1) {
        const block = await chain.provider.getBlock(number, true);
        const sent = block?.prefetchedTransactions ?? [];
        created += sent.filter(({ to, from }) => to === null && from === ownKey.address).length;
      }
      return created;
    },
    /** Gas of every block during `work`, and how many transactions there were. */
    async spentDuring(work: () => Promise<unknown>) {
      const from = await chain.provider.getBlockNumber();
      await work();
      const spent = { gas: 0n, transactions: 0 };
      for (let number = from + 1; number <= (await chain.provider.getBlockNumber()); number += 1) {
        const block = await chain.provider.getBlock(number);
        spent.gas += block?.gasUsed ?? 0n;
        spent.transactions += block?.transactions.length ?? 0;
      }
      return spent;
    },
    async close() {
      for (const close of closing.reverse()) await close();
      await chain.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

export type EthStorageWorld = Awaited<ReturnType<typeof ethStorageWorld>>;

/** The directory that a `web3://` URL leads to. */
export function directoryOf(web3Url: string | undefined): string {
  return /^web3:\/\/(0x[0-9a-fA-F]{40}):\d+\//.exec(web3Url ?? '')?.[1] ?? '';
}

import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { openEthStorage } from '../media/ethstorage/ethstorage.ts';
import { ethStorageContract } from '../media/ethstorage/sdk.ts';
import type { MediaStorage } from '../media/storage.ts';
import { HttpRpc } from '../rpc/http.ts';
import type { TxRecords } from '../store/book.ts';
import type { Store } from '../store/store.ts';
import { createKeyLock } from '../txmgr/key-lock.ts';
import { TxManager } from '../txmgr/tx-manager.ts';
import { ChainUnusable, type OpenChain } from './chain/chain.ts';

export interface EthStorageParts {
  config: Config;
  chain: OpenChain;
  store: Store;
  book: TxRecords;
  /** How far uploads are. */
  log: { info(message: string): void };
}

const MIB = 1024 ** 2;
/** By calldata 1 MiB takes 44 transactions and 235 million gas; by blobs 16 MiB takes 22 transactions. */
const MAX_BY_CALLDATA = MIB;
const MAX_BY_BLOBS = 16 * MIB;

/** Files on the chain that the host follows, at the expense of the operator's key. @throws {ChainUnusable} */
export async function openOnChain({
  config,
  chain,
  store,
  book,
  log,
}: EthStorageParts): Promise<MediaStorage> {
  const { chainId } = chain.facts;
  const hasBlobs = (await ethStorageContract(chainId, chain.rpc)) !== null;
  if (hasBlobs && config.ethStorageRpcUrl === undefined) {
    throw new ChainUnusable(
      'ETHSTORAGE_RPC_URL is not set: what is stored in blobs is read from a node of EthStorage.',
    );
  }
  const contents = config.ethStorageRpcUrl && new HttpRpc({ url: config.ethStorageRpcUrl });
  return await openEthStorage({
    dataDir: join(config.dataDir, 'ethstorage'),
    chainId,
    key: payingKey(chain, book),
    chain: chain.rpc,
    contents: contents || undefined,
    directory: config.ethStorageDirectory,
    maxBytes: maxEthStorageBytes(config, hasBlobs),
    isWanted: (cid) => store.isListed(cid),
    ...(chain.isEmbedded && { lagMs: 0 }),
    log: (line) => log.info(line),
  });
}

/** Largest file that goes to EthStorage. */
export function maxEthStorageBytes({ ethStorageMaxBytes }: Config, byBlobs: boolean): number {
  return ethStorageMaxBytes ?? (byBlobs ? MAX_BY_BLOBS : MAX_BY_CALLDATA);
}

function payingKey({ operator: wallet, provider }: OpenChain, book: TxRecords) {
  if (wallet === null) throw new ChainUnusable('PRIVATEKEY is not set: it pays for files on EthStorage.');
  return new TxManager({ wallet, provider, records: book, lock: createKeyLock(book) });
}

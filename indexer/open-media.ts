import { join } from 'node:path';
import { Wallet } from 'ethers';
import { publicTestAccounts } from './chain/devnet/accounts.ts';
import { createHttpRpc } from './chain/rpc-http.ts';
import type { Config } from './config.ts';
import { ChainUnusable, type OpenChain } from './open-chain.ts';
import { keyLease } from './payments/keylease.ts';
import { operatorKey } from './payments/operator.ts';
import { openEthStorage } from './storage/ethstorage/ethstorage.ts';
import { ethStorageContract } from './storage/ethstorage/sdk.ts';
import { openHeliaStorage } from './storage/helia.ts';
import { createMediaLibrary, type MediaLibrary } from './storage/library.ts';
import type { MediaStorage } from './storage/storage.ts';
import type { Store } from './store/store.ts';

export interface MediaParts {
  config: Config;
  chain: OpenChain;
  store: Store;
  /** `warn`: what is damaged or was cleaned up; `info`: how far uploads to a chain are. */
  log: { warn(message: string): void; info(message: string): void };
}

const MIB = 1024 ** 2;
/** By calldata 1 MiB takes 44 transactions and 235 million gas; by blobs 16 MiB takes 22 transactions. */
const MOST_BY_CALLDATA = MIB;
const MOST_BY_BLOBS = 16 * MIB;

/** @throws {ChainUnusable} */
export async function openMedia(parts: MediaParts): Promise<MediaLibrary> {
  const { config, log } = parts;
  await using opened = new AsyncDisposableStack();
  const ipfs = opened.adopt(
    await openHeliaStorage({ dataDir: join(config.dataDir, 'ipfs'), log: (line) => log.warn(line) }),
    (open) => open.close(),
  );
  const ethstorage = config.offersEthStorage ? await openOnChain(parts) : null;
  opened.move(); // from here on closing the library closes them
  return createMediaLibrary({ ipfs, ethstorage, default: config.defaultStorage });
}

/** For the person who starts the host: what is stored where, and which variable swaps it. */
export function describeMedia({ dataDir, defaultStorage, offersEthStorage }: Config): string {
  const ipfs = `IPFS blocks in ${join(dataDir, 'ipfs')} (DATA_DIR)`;
  if (!offersEthStorage) return ipfs;
  return defaultStorage === 'ipfs'
    ? `${ipfs}, EthStorage where an upload asks for it (STORAGE)`
    : `EthStorage, and ${ipfs} where an upload asks for it (STORAGE)`;
}

/** Largest file that goes to EthStorage. */
export function mostOnEthStorage({ ethStorageMaxBytes }: Config, byBlobs: boolean): number {
  return ethStorageMaxBytes ?? (byBlobs ? MOST_BY_BLOBS : MOST_BY_CALLDATA);
}

async function openOnChain({ config, chain, store, log }: MediaParts): Promise<MediaStorage> {
  const { chainId } = chain.facts;
  const hasBlobs = (await ethStorageContract(chainId, chain.rpc)) !== null;
  if (hasBlobs && config.ethStorageRpcUrl === undefined) {
    throw new ChainUnusable(
      'ETHSTORAGE_RPC_URL is not set: what is stored in blobs is read from a node of EthStorage.',
    );
  }
  const contents = config.ethStorageRpcUrl && createHttpRpc({ url: config.ethStorageRpcUrl });
  return await openEthStorage({
    dataDir: join(config.dataDir, 'ethstorage'),
    chainId,
    key: operatorOf(config, chain, store),
    chain: chain.rpc,
    contents: contents || undefined,
    directory: config.ethStorageDirectory,
    maxBytes: mostOnEthStorage(config, hasBlobs),
    isWanted: async (cid) => (await store.contentsByCid(cid)).length > 0,
    ...(config.rpcUrls.length === 0 && { lagMs: 0 }),
    log: (line) => log.info(line),
  });
}

/** The key that pays: on the embedded chain the first public test key, unless one is set. */
function operatorOf({ privateKey, rpcUrls }: Config, { provider }: OpenChain, store: Store) {
  const key = privateKey ?? (rpcUrls.length === 0 ? publicTestAccounts()[0]?.privateKey : undefined);
  if (key === undefined) throw new ChainUnusable('PRIVATEKEY is not set: it pays for files on EthStorage.');
  return operatorKey({ wallet: new Wallet(key), provider, ledger: store, lease: keyLease(store) });
}

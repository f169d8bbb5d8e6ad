import { join } from 'node:path';
import { createHttpRpc } from './chain/rpc-http.ts';
import type { Config } from './config.ts';
import { ChainUnusable, type OpenChain } from './open-chain.ts';
import { keyLease } from './payments/keylease.ts';
import { operatorKey } from './payments/operator.ts';
import { openEthStorage } from './storage/ethstorage/ethstorage.ts';
import { ethStorageContract } from './storage/ethstorage/sdk.ts';
import type { MediaStorage } from './storage/storage.ts';
import type { Store } from './store/store.ts';

export interface EthStorageParts {
  config: Config;
  chain: OpenChain;
  store: Store;
  /** How far uploads are. */
  log: { info(message: string): void };
}

const MIB = 1024 ** 2;
/** By calldata 1 MiB takes 44 transactions and 235 million gas; by blobs 16 MiB takes 22 transactions. */
const MOST_BY_CALLDATA = MIB;
const MOST_BY_BLOBS = 16 * MIB;

/** Files on the chain that the host follows, at the expense of the operator's key. @throws {ChainUnusable} */
export async function openOnChain({ config, chain, store, log }: EthStorageParts): Promise<MediaStorage> {
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
    key: payingKey(chain, store),
    chain: chain.rpc,
    contents: contents || undefined,
    directory: config.ethStorageDirectory,
    maxBytes: mostOnEthStorage(config, hasBlobs),
    isWanted: (cid) => store.isListed(cid),
    ...(chain.unsigned !== null && { lagMs: 0 }),
    log: (line) => log.info(line),
  });
}

/** Largest file that goes to EthStorage. */
export function mostOnEthStorage({ ethStorageMaxBytes }: Config, byBlobs: boolean): number {
  return ethStorageMaxBytes ?? (byBlobs ? MOST_BY_BLOBS : MOST_BY_CALLDATA);
}

function payingKey({ operator: wallet, provider }: OpenChain, ledger: Store) {
  if (wallet === null) throw new ChainUnusable('PRIVATEKEY is not set: it pays for files on EthStorage.');
  return operatorKey({ wallet, provider, ledger, lease: keyLease(ledger) });
}

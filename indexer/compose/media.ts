import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { openFileStorage } from '../media/files/files.ts';
import type { MediaLedger } from '../media/ledger.ts';
import { createMediaLibrary, type MediaLibrary } from '../media/library.ts';
import type { MediaStorage } from '../media/storage.ts';
import { type EthStorageParts, openOnChain } from './ethstorage.ts';

export interface OpenStorage<Storage = MediaLibrary> {
  storage: Storage;
  /** For the person who starts the host. */
  description: string;
}

export interface StorageParts extends EthStorageParts {
  /** `warn`: what is damaged, cleaned up or away. */
  log: EthStorageParts['log'] & { warn(message: string): void };
  ledger: MediaLedger;
}

/** Where media lives: on IPFS, and on EthStorage where it is offered. @throws {ChainUnusable} */
export async function openStorage(parts: StorageParts): Promise<OpenStorage> {
  const { config, log, ledger } = parts;
  await using opened = new AsyncDisposableStack();
  const ipfs = await openIpfs(config, (line) => log.warn(line));
  opened.defer(() => ipfs.storage.close());
  const ethstorage = config.offersEthStorage ? await openOnChain(parts) : null;
  opened.move(); // from here on closing the library closes them
  return {
    storage: createMediaLibrary({ ipfs: ipfs.storage, ethstorage, default: config.defaultStorage }, ledger),
    description: described(ipfs.description, config),
  };
}

function described(ipfs: string, { defaultStorage, offersEthStorage }: Config): string {
  if (!offersEthStorage) return ipfs;
  return defaultStorage === 'ipfs'
    ? `${ipfs}, EthStorage where an upload asks for it (STORAGE)`
    : `EthStorage, and ${ipfs} where an upload asks for it (STORAGE)`;
}

/** Embedded, or on the node that the configuration names. */
async function openIpfs(
  { ipfsApiUrl: url, ipfsApiAuth: auth, dataDir }: Config,
  warn: (line: string) => void,
): Promise<OpenStorage<MediaStorage>> {
  if (url === undefined) {
    const folder = join(dataDir, 'media');
    const storage = await openFileStorage({ folder, oldBlocks: join(dataDir, 'ipfs'), log: warn });
    return { storage, description: `files in ${folder} (DATA_DIR, or IPFS_API_URL for a Kubo node)` };
  }
  const { openKuboStorage } = await import('../media/kubo/kubo.ts'); // its client is not loaded for nothing
  const storage = openKuboStorage({ url, auth });
  // The node may come up later than this host, or go and come back: that is told here once, and by `/readyz`.
  storage.ping().catch((error) => warn(`IPFS_API_URL ${url} does not work yet: ${error.message}`));
  return { storage, description: `Kubo at ${url} (IPFS_API_URL)` };
}

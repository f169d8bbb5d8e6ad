import { join } from 'node:path';
import type { Config } from './config.ts';
import { openHeliaStorage } from './storage/helia.ts';
import type { MediaStorage } from './storage/storage.ts';

export interface OpenStorage {
  storage: MediaStorage;
  /** For the person who starts the host. */
  description: string;
}

/** Where media lives: embedded, or on the node that the configuration names. */
export function openStorage(config: Config, warn: (line: string) => void): Promise<OpenStorage> {
  return config.ipfsApiUrl === undefined
    ? openEmbedded(config, warn)
    : openKubo(config.ipfsApiUrl, config, warn);
}

async function openEmbedded({ dataDir }: Config, warn: (line: string) => void): Promise<OpenStorage> {
  const folder = join(dataDir, 'ipfs');
  return {
    storage: await openHeliaStorage({ dataDir: folder, log: warn }),
    description: `IPFS blocks in ${folder} (DATA_DIR, or IPFS_API_URL for a Kubo node)`,
  };
}

/** The node may come up later than this host, or go and come back: that is told here once, and by `/readyz`. */
async function openKubo(url: string, config: Config, warn: (line: string) => void): Promise<OpenStorage> {
  const { openKuboStorage } = await import('./storage/kubo.ts'); // its client is not loaded for nothing
  const storage = openKuboStorage({ url, auth: config.ipfsApiAuth });
  storage.ping().catch((error) => warn(`IPFS_API_URL ${url} does not work yet: ${error.message}`));
  return { storage, description: `Kubo at ${url} (IPFS_API_URL)` };
}

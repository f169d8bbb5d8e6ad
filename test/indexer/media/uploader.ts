/** A process that uploads one file, for tests that kill it on the way: `node uploader.ts DATA_DIR SIZE`. */
import { openHeliaStorage } from '../../../indexer/media/ipfs/helia.ts';
import { file } from './content.ts';

const [dataDir = '', size = '0'] = process.argv.slice(2);
const storage = await openHeliaStorage({ dataDir, log: () => undefined });
await storage.add(file(Number(size)));
await storage.close();

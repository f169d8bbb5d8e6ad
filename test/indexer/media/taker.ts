/** A process that takes an old block folder over, for tests that kill it: `node taker.ts FOLDER OLD_FOLDER`. */
import { existsSync } from 'node:fs';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { until } from '../sync/until.ts';

const [folder = '', oldBlocks = ''] = process.argv.slice(2);
const storage = await openFileStorage({ folder, oldBlocks, log: () => undefined });
await until('it is taken over', async () => !existsSync(oldBlocks));
await storage.close();

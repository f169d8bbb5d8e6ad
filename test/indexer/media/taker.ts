/** A process that takes an old block folder over, for tests that kill it: `node taker.ts FOLDER OLD_FOLDER`. */
import { openFileStorage } from '../../../indexer/media/files/files.ts';

const [folder = '', oldBlocks = ''] = process.argv.slice(2);
await (await openFileStorage({ folder, oldBlocks, log: () => undefined })).close();

/** Stages `file(SIZE)` in a process whose files may not grow without end: `node stage-child.ts FOLDER SIZE`. */
import { Stage } from '../../../../indexer/media/ethstorage/stage.ts';
import { file } from '../content.ts';

const [folder = '', size = '0'] = process.argv.slice(2);
const stage = await Stage.open(folder);
await stage.take(file(Number(size)), Number.MAX_SAFE_INTEGER).then(
  (staged) => console.log(`${staged.cid} of ${staged.sizeBytes} bytes`),
  (error: NodeJS.ErrnoException) => console.log(error.code),
);

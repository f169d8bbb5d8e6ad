/** A process for tests that kill it on the way: `node uploader.ts FOLDER file|directory|removal SIZE`. */
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { file } from './content.ts';
import { entries } from './directories.suite.ts';

const [folder = '', what = '', size = '0'] = process.argv.slice(2);
const storage = await openFileStorage({ folder, log: () => undefined });
const add = () =>
  what === 'directory'
    ? storage.addDirectory(entries({ one: Number(size), two: 5 }))
    : storage.add(file(Number(size)));
const { cid } = await add();
if (what === 'removal') await storage.remove(cid);
await storage.close();

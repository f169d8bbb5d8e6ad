import { file } from '../content.ts';
import type { Opened } from '../suite.ts';
import { describeStorage } from '../suite.ts';
import { directoryOf, type EthStorageWorld, ethStorageWorld } from './world.ts';

/** Files of two and seven chunks. */
const UNIT = 8_200;

describe('EthStorage', () => {
  let world: EthStorageWorld;
  let directory: string;

  before(async () => {
    world = await ethStorageWorld();
    const first = await world.storage(await world.newFolder());
    directory = directoryOf((await first.add(file(1))).web3Url);
  });
  after(() => world.close());

  /** Over one directory: what a test before left on chain is nobody's until it is added here. */
  async function openedIn(dataDir: string): Promise<Opened> {
    const storage = await world.storage(dataDir, { directory });
    return {
      storage,
      async reopen() {
        await storage.close();
        return openedIn(dataDir);
      },
      dispose: () => storage.close(),
    };
  }

  describeStorage('ethstorage', async () => openedIn(await world.newFolder()), UNIT);
});

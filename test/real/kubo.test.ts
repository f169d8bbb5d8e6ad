import { openKuboStorage } from '../../indexer/media/kubo/kubo.ts';
import { describeBlockStorage } from '../indexer/media/blocks.suite.ts';
import type { OpenedBlocks } from '../indexer/media/suite.ts';
import { KuboProcess } from './kubo-node.ts';

describe('Kubo', () => {
  let node: KuboProcess;

  before(async () => {
    node = await KuboProcess.start();
  });
  after(() => node.dispose());

  describeBlockStorage('kubo', async () => {
    await node.empty();
    return openedOn(node);
  });
});

function openedOn(node: KuboProcess): OpenedBlocks {
  const storage = openKuboStorage({ url: node.url });
  return {
    storage,
    blockFile: (cid) => node.blockFile(cid),
    async reopen() {
      await storage.close();
      return openedOn(node);
    },
    async dispose() {
      await storage.close();
      await node.empty();
    },
  };
}

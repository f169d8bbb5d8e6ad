import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { linksOf } from '../../../indexer/media/unixfs/node-links.ts';
import { verified } from '../../../indexer/media/unixfs/verify.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { describeDamage } from './damage.suite.ts';
import { describeIdentity } from './identity.suite.ts';
import { ABSENT, describeStorage, type Opened, type OpenedBlocks } from './suite.ts';

/** What every back end does that keeps each IPFS block in a file. `open` answers an empty one. */
export function describeBlockStorage(name: string, open: () => Promise<OpenedBlocks>): void {
  describeTree(name, open);
  describeDamage(name, open);
}

/** What every back end does whose files are IPFS trees. */
export function describeTree(name: string, open: () => Promise<Opened>): void {
  describeIdentity(name, open);
  describeStorage(name, open);
  describe(`MediaStorage: ${name}: blocks`, () => {
    it('lead through the levels of a large file', async () => {
      const { storage, dispose } = await open();
      const { cid } = await storage.add(file(176 * CHUNK));
      for (const offset of [0, 173 * CHUNK + 5, 175 * CHUNK]) {
        const length = Math.min(2 * CHUNK, 176 * CHUNK - offset);
        const actual = await collect(storage.read(cid, { offset, length }));
        expect(actual.equals(bytesOf(offset, length)), `from ${offset}`).to.equal(true);
      }
      await dispose();
    });

    it('are given by their CIDs, whatever they are in a file', async () => {
      const { storage, dispose } = await open();
      const { cid } = await storage.add(file(175 * CHUNK));
      const leaf = await cidOf([bytesOf(0, CHUNK)]);
      expect(Buffer.from((await storage.block(leaf.toString())) ?? []).equals(bytesOf(0, CHUNK))).to.equal(
        true,
      );
      const root = CID.parse(cid);
      const below = linksOf(root, (await storage.block(cid)) ?? new Uint8Array()).links;
      const blocks = [root, ...below.map((link) => link.cid)];
      for (const each of blocks) {
        const block = await storage.block(each.toString());
        expect(block && verified(each, block), each.toString()).to.be.instanceOf(Uint8Array);
        expect(await storage.rootsOf(each.toString())).to.deep.equal([cid]);
      }
      await storage.remove(cid);
      expect(await storage.rootsOf(leaf.toString())).to.deep.equal([]);
      await dispose();
    });

    it('are none where no content has them', async () => {
      const { storage, dispose } = await open();
      expect(await storage.block(ABSENT)).to.equal(null);
      expect(await storage.rootsOf(ABSENT)).to.deep.equal([]);
      expect(await storage.block('no CID')).to.equal(null);
      await dispose();
    });
  });
}

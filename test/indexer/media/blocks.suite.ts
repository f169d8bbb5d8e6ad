import { expect } from 'chai';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { describeDamage } from './damage.suite.ts';
import { describeIdentity } from './identity.suite.ts';
import { describeStorage, type OpenedBlocks } from './suite.ts';

/** What every back end does that keeps files as IPFS blocks. `open` answers an empty one. */
export function describeBlockStorage(name: string, open: () => Promise<OpenedBlocks>): void {
  describeIdentity(name, open);
  describeDamage(name, open);
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
  });
}

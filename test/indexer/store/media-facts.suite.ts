import { expect } from 'chai';
import type { Book, MeasuredMedia } from '../../../indexer/store/book.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { CID, NOON } from './samples.ts';

const FILE = { cidKey: CID, kind: 'file', sizeBytes: 1_000 } as const;
const VIDEO: MeasuredMedia = {
  measuredAtSec: NOON,
  video: { durationSec: 12.02322, width: 640, height: 360, codecs: ['avc1.4d401e', 'mp4a.40.2'] },
  packaging: null,
};

export function describeMediaFacts(store: () => Store, book: () => Book): void {
  async function changes(work: () => Promise<void>) {
    const { seq } = await store().feedEnd();
    await work();
    const told = await store().changesAfter(seq, 10);
    expect(await store().feedAfter(seq, 10)).to.deep.equal([]);
    return told.map(({ of, concerns: { cidKey } }) => `${of} ${cidKey}`);
  }

  describe('facts of media', () => {
    it('are unknown, then to be measured, then known, then forgotten', async () => {
      expect(await book().mediaFacts(CID)).to.equal(null);
      expect(await book().unmeasuredMedia()).to.deep.equal([]);
      await book().noteMedia(FILE);
      expect(await book().mediaFacts(CID)).to.deep.equal({ ...FILE, measured: null });
      expect(await book().unmeasuredMedia()).to.deep.equal([CID]);
      expect(await book().mediaKept()).to.deep.equal({ count: 1, bytes: 1_000 });
      await book().measureMedia(CID, VIDEO);
      expect(await book().mediaFacts(CID)).to.deep.equal({ ...FILE, measured: VIDEO });
      expect(await book().unmeasuredMedia()).to.deep.equal([]);
      await book().forgetMedia(CID);
      expect(await book().mediaFacts(CID)).to.equal(null);
    });

    it('are those of a file that is no video, or of a packaged video', async () => {
      await book().noteMedia(FILE);
      const none = { measuredAtSec: NOON, video: null, packaging: null };
      await book().measureMedia(CID, none);
      expect((await book().mediaFacts(CID))?.measured).to.deep.equal(none);
      for (const isProtected of [true, false]) {
        const packaged = {
          ...VIDEO,
          packaging: {
            ...{ isProtected, previewSec: 6, units: 3, soldUnits: 2, hasPoster: isProtected },
            captions: isProtected ? ['de', 'pt-BR'] : [],
          },
        };
        await book().measureMedia(CID, packaged);
        expect((await book().mediaFacts(CID))?.measured).to.deep.equal(packaged);
      }
    });

    it('of what an older version has measured are told until they are measured again', async () => {
      await book().noteMedia(FILE);
      const found = { isProtected: true, previewSec: 6, units: 3, soldUnits: null, hasPoster: false };
      const packaging = { ...found, captions: [] };
      await book().measureMedia(CID, { ...VIDEO, packaging });
      expect((await book().mediaFacts(CID))?.measured).to.deep.equal({ ...VIDEO, packaging });
      expect(await book().unmeasuredMedia()).to.deep.equal([CID]);
    });

    it('stay when the same media is kept again, and over a chain that is indexed anew', async () => {
      await book().noteMedia(FILE);
      await book().measureMedia(CID, VIDEO);
      await book().noteMedia(FILE);
      await store().clearChain();
      expect(await book().mediaFacts(CID)).to.deep.equal({ ...FILE, measured: VIDEO });
    });

    it('are not those of media that has gone', async () => {
      expect(await changes(() => book().measureMedia(CID, VIDEO))).to.deep.equal([]);
      expect(await book().mediaFacts(CID)).to.equal(null);
    });

    it('tell caches of the content when they change, and no client', async () => {
      expect(await changes(() => book().noteMedia(FILE))).to.deep.equal([`content ${CID}`]);
      expect(await changes(() => book().noteMedia(FILE))).to.deep.equal([]);
      expect(await changes(() => book().measureMedia(CID, VIDEO))).to.deep.equal([`content ${CID}`]);
      expect(await changes(() => book().forgetMedia(CID))).to.deep.equal([`content ${CID}`]);
      expect(await changes(() => book().forgetMedia(CID))).to.deep.equal([]);
    });
  });
}

import { expect } from 'chai';
import type { Book, NewServeWish } from '../../../indexer/store/book.ts';
import { ripeServeWishes } from '../../../indexer/store/joins.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { block, CID, CONTENT_ID, CONTRACT, CREATOR, contentRow, hash, NOON, PROVIDER } from './samples.ts';

const DAY = 86_400;
const OTHER_ID = hash('another content');
const WISH: NewServeWish = {
  contract: CONTRACT,
  contentId: CONTENT_ID,
  cid: CID,
  cidKey: CID,
  creator: CREATOR,
  beneficiary: CREATOR,
  clientIp: '192.0.2.1',
  expiresAtSec: NOON + DAY,
  ends: false,
};

export function describeServeWishes(store: () => Store, book: () => Book): void {
  const both = () => ({ store: store(), book: book() });
  const wish = (change: Partial<NewServeWish> = {}) =>
    book().wishToServe({
      ...WISH,
      ...change,
    });
  const ripe = async (nowSec = NOON) =>
    (await ripeServeWishes(both(), { nowSec, limit: 10 })).map(({ contentId }) => contentId);
  const publish = (number = 1, overrides: Record<string, string> = {}) =>
    store().commitBlocks([block(number, [contentRow(overrides, { block: number })])], { undoable: true });

  describe('wishes to serve', () => {
    it('are ripe once the content is listed at that contract, and not while it is undone', async () => {
      await store().commitBlocks([block(1)], { undoable: true });
      await wish();
      await wish({ contentId: OTHER_ID });
      expect(await ripe()).to.deep.equal([]);
      await publish(2);
      expect(await ripe()).to.deep.equal([CONTENT_ID]);
      await store().rollbackTo(1);
      expect(await ripe()).to.deep.equal([]);
    });

    it('stay over a chain that is indexed anew', async () => {
      await wish({ creator: CREATOR.toUpperCase().replace('0X', '0x') });
      await store().clearChain();
      await publish();
      expect(await book().serveWish(CONTRACT, CONTENT_ID)).to.deep.equal({
        ...WISH,
        authorization: null,
      });
      expect(await ripe()).to.deep.equal([CONTENT_ID]);
    });

    it('are one, however often they are made, and keep their authorization and the later end', async () => {
      await publish();
      await wish();
      const by = { nonce: 2n ** 255n + 1n, deadlineSec: NOON + 3_600 };
      await book().authorizeServeWish(CONTRACT, CONTENT_ID, by);
      await wish({ beneficiary: PROVIDER, expiresAtSec: NOON + 1 });
      const found = await book().serveWish(CONTRACT, CONTENT_ID);
      expect(found).to.include({ beneficiary: PROVIDER, expiresAtSec: NOON + DAY });
      expect(found?.authorization).to.deep.equal(by);
      expect(await ripe()).to.have.length(1);
    });

    it('to begin and to end replace each other, and are signed anew', async () => {
      await wish();
      await book().authorizeServeWish(CONTRACT, CONTENT_ID, { nonce: 1n, deadlineSec: NOON });
      await wish({ ends: true });
      expect(await book().serveWish(CONTRACT, CONTENT_ID)).to.include({ ends: true, authorization: null });
      await book().authorizeServeWish(CONTRACT, CONTENT_ID, { nonce: 2n, deadlineSec: NOON });
      await wish({ ends: true });
      const [found] = await book().serveWishesOf(CID);
      expect(found?.authorization).to.deep.equal({ nonce: 2n, deadlineSec: NOON });
      expect(await book().serveWishesOf('another')).to.deep.equal([]);
    });

    it('are not tried before their time; made again they are', async () => {
      await publish();
      await wish();
      await book().putOffServeWish(CONTRACT, CONTENT_ID, NOON + 60);
      expect(await ripe(NOON + 59)).to.deep.equal([]);
      expect(await ripe(NOON + 60)).to.deep.equal([CONTENT_ID]);
      await wish();
      expect(await ripe()).to.deep.equal([CONTENT_ID]);
    });

    it('come in the order of their turns, so many as are asked for', async () => {
      await publish(1);
      await publish(2, { content_id: OTHER_ID });
      await wish();
      await wish({ contentId: OTHER_ID });
      await book().putOffServeWish(CONTRACT, CONTENT_ID, NOON);
      expect(await ripe()).to.deep.equal([OTHER_ID, CONTENT_ID]);
      expect(await ripeServeWishes(both(), { nowSec: NOON, limit: 1 })).to.have.length(1);
    });

    it('end when they are fulfilled, or over', async () => {
      await publish();
      await wish();
      await book().dropServeWish({ contract: CONTRACT, contentId: CONTENT_ID, ends: true });
      expect(await ripe()).to.have.length(1);
      await book().dropServeWish({ contract: CONTRACT, contentId: CONTENT_ID, ends: false });
      expect(await book().serveWish(CONTRACT, CONTENT_ID)).to.equal(null);
      await wish();
      expect(await ripe(NOON + DAY)).to.deep.equal([]);
      expect(await book().dropOverdueServeWishes(NOON + DAY - 1)).to.deep.equal([]);
      expect(await ripe()).to.have.length(1);
      expect(await book().dropOverdueServeWishes(NOON + DAY)).to.deep.equal([CID]);
      expect(await book().serveWish(CONTRACT, CONTENT_ID)).to.equal(null);
    });
  });

  describe('provided media', () => {
    /** An upload is under way. @returns what it is named by. */
    async function begunUpload() {
      const quota = { walletBytes: 1_000, walletUploads: 1, hostBytes: 1_000 };
      const times = { nowSec: NOON, aliveUntilSec: NOON + 600 };
      await book().beginUpload({ id: 'a', wallet: CREATOR, expectedBytes: 0, ...times }, quota, []);
      return { id: 'a', cid: CID, cidKey: CID, videoName: 'V', sizeBytes: 1, ...times };
    }

    it('are known until they are forgotten, or somebody uploads them', async () => {
      expect(await book().isProvided(CID)).to.equal(false);
      await book().noteProvided(CID);
      await book().noteProvided(CID);
      expect(await book().isProvided(CID)).to.equal(true);
      await book().forgetProvided(CID);
      expect(await book().isProvided(CID)).to.equal(false);
      await book().noteProvided(CID);
      const named = await begunUpload();
      expect(await book().nameUpload(named)).to.equal('named');
      expect(await book().isProvided(CID)).to.equal(false);
      await book().noteProvided(CID);
      expect(await book().isProvided(CID)).to.equal(false);
    });

    it('are not uploaded while they go', async () => {
      expect(await book().takeProvided(CID, NOON + 300)).to.equal(false);
      await book().noteProvided(CID);
      for (const _ of ['once', 'once more'])
        expect(await book().takeProvided(CID, NOON + 300)).to.equal(true);
      const named = await begunUpload();
      expect(await book().nameUpload(named)).to.equal('leaving');
      await book().forgetProvided(CID);
      expect(await book().nameUpload(named)).to.equal('named');
      expect(await book().takeProvided(CID, NOON + 300)).to.equal(false);
    });
  });
}

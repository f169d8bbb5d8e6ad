import { expect } from 'chai';
import type { Book, StagingQuota } from '../../../indexer/store/book.ts';
import {
  isWaiting,
  publishedUploads,
  releaseUpload,
  takeDueUpload,
  waitingUploads,
} from '../../../indexer/store/joins.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { block, CID, CREATOR, commitsTo, contentRow, hash, NOON, PROVIDER } from './samples.ts';

const DAY = 86_400;
const OTHER_CID = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const QUOTA: StagingQuota = { walletBytes: 1_000, walletUploads: 3, hostBytes: 1_500 };
const ALIVE = NOON + 600;

export function describeStagedUploads(store: () => Store, book: () => Book): void {
  const both = () => ({ store: store(), book: book() });
  const { commit } = commitsTo(store);
  const begin = async (id: string, wallet = CREATOR, expectedBytes = 0) =>
    book().beginUpload(
      { id, wallet, expectedBytes, nowSec: NOON, aliveUntilSec: ALIVE },
      QUOTA,
      await publishedUploads(both()),
    );
  const grow = async (id: string, minBytes: number, maxBytes = minBytes) =>
    book().growUpload(
      { id, minBytes, maxBytes, aliveUntilSec: ALIVE },
      QUOTA,
      await publishedUploads(both()),
    );
  const name = (id: string, cid = CID, sizeBytes = 100) =>
    book().nameUpload({ id, cid, cidKey: cid, videoName: `of ${id}`, sizeBytes, aliveUntilSec: ALIVE });
  const staged = async (id: string, { wallet = CREATOR, cid = CID, sizeBytes = 100 } = {}) => {
    expect(await begin(id, wallet)).to.equal(null);
    expect(await name(id, cid, sizeBytes)).to.equal('named');
    expect(await book().stageUpload(id, { nowSec: NOON, expiresAtSec: NOON + DAY })).to.equal(true);
  };
  const listed = async (wallet = CREATOR, nowSec = NOON) =>
    (await waitingUploads(both(), wallet, nowSec)).map(({ cid }) => cid);
  const due = (nowSec: number) =>
    takeDueUpload(both(), { nowSec, graceSec: 300, settledSec: nowSec - DAY, leaseUntilSec: nowSec + 60 });
  /** The content is published in a block of its own. */
  const publish = (number: number, overrides: Record<string, string | number> = {}) =>
    commit(block(number, [contentRow(overrides, { block: number })]));
  const OVER = NOON + DAY + 300;

  describe('isWaiting()', () => {
    it('is true from its naming on, for whoever has not published the content', async () => {
      expect(await isWaiting(both(), CID)).to.equal(false);
      await begin('a');
      expect(await isWaiting(both(), CID)).to.equal(false);
      await name('a');
      expect(await isWaiting(both(), CID)).to.equal(true);
      expect(await isWaiting(both(), OTHER_CID)).to.equal(false);
      await publish(1);
      expect(await isWaiting(both(), CID)).to.equal(false);
      await staged('b', { wallet: PROVIDER });
      expect(await isWaiting(both(), CID)).to.equal(true);
    });

    it('is false once the upload leaves', async () => {
      await staged('a');
      expect(await due(OVER)).to.not.equal(null);
      expect(await isWaiting(both(), CID)).to.equal(false);
    });
  });

  describe('nameUpload()', () => {
    it('says whose the upload is, where that was not known', async () => {
      await begin('a', '');
      const named = { id: 'a', wallet: CREATOR, cid: CID, cidKey: CID, videoName: 'V', sizeBytes: 100 };
      expect(await book().nameUpload({ ...named, aliveUntilSec: ALIVE })).to.equal('named');
      await book().stageUpload('a', { nowSec: NOON, expiresAtSec: NOON + DAY });
      expect(await listed()).to.deep.equal([CID]);
    });
  });

  describe('nameUpload(), again', () => {
    it('has go what was named before, where it is another content', async () => {
      await begin('a');
      await name('a');
      await name('a');
      expect(await due(NOON)).to.equal(null);
      await name('a', OTHER_CID);
      expect(await due(NOON)).to.deep.include({ cid: CID });
      expect(await isWaiting(both(), OTHER_CID)).to.equal(true);
      expect(await book().stageUpload('a', { nowSec: NOON, expiresAtSec: NOON + DAY })).to.equal(true);
      expect(await listed()).to.deep.equal([OTHER_CID]);
    });
  });

  describe('beginUpload()', () => {
    it('refuses more uploads than a wallet may have, and says when the first is due', async () => {
      await staged('a');
      await begin('b');
      await staged('c', { cid: OTHER_CID });
      expect(await begin('d')).to.deep.equal({ spent: 'walletUploads', left: 0, freeAtSec: ALIVE });
      expect(await begin('e', PROVIDER)).to.equal(null);
    });

    it('refuses one that is known not to fit, and holds nothing for it', async () => {
      await staged('a', { sizeBytes: 700 });
      expect(await begin('b', CREATOR, 301)).to.deep.equal({
        spent: 'walletBytes',
        left: 300,
        freeAtSec: NOON + DAY,
      });
      expect(await grow('b', 1)).to.equal(null);
      expect(await begin('b', CREATOR, 300)).to.equal(null);
    });

    it('refuses a wallet that has nothing left, before anything arrives', async () => {
      await staged('a', { sizeBytes: 1_000 });
      expect(await begin('b')).to.include({ spent: 'walletBytes', left: 0 });
    });

    it('refuses when the wallets together have nothing left', async () => {
      await staged('a', { sizeBytes: 1_000 });
      await staged('b', { wallet: PROVIDER, sizeBytes: 500 });
      expect(await begin('c', `0x${'77'.repeat(20)}`)).to.include({ spent: 'hostBytes', left: 0 });
    });
  });

  describe('growUpload()', () => {
    it('is null for an upload that is not known', async () => {
      expect(await grow('nobody', 1)).to.equal(null);
    });

    it('holds what is wanted, then what there is, and refuses what there is not', async () => {
      await begin('a');
      await begin('b');
      expect(await grow('a', 100, 600)).to.deep.equal({ heldBytes: 600 });
      expect(await grow('b', 100, 600)).to.deep.equal({ heldBytes: 400 });
      expect(await grow('b', 401)).to.deep.equal({ spent: 'walletBytes', left: 400, freeAtSec: ALIVE });
      expect(await grow('a', 200, 200)).to.deep.equal({ heldBytes: 200 });
      expect(await grow('b', 401)).to.deep.equal({ heldBytes: 401 });
    });

    it('never holds more than the quota for uploads at once', async () => {
      await Promise.all(['a', 'b', 'c'].map((id) => begin(id)));
      const held = new Map<string, number>();
      for (let bytes = 50; bytes <= 1_000; bytes += 50) {
        const answers = await Promise.all(
          ['a', 'b', 'c'].map(async (id) => [id, await grow(id, bytes)] as const),
        );
        for (const [id, answer] of answers)
          if (answer && 'heldBytes' in answer) held.set(id, answer.heldBytes);
      }
      const total = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
      expect(total).to.be.within(901, 1_000);
    });

    it('holds room of the whole host, too', async () => {
      await staged('a', { sizeBytes: 1_000 });
      await begin('b', PROVIDER);
      expect(await grow('b', 501)).to.deep.equal({ spent: 'hostBytes', left: 500, freeAtSec: NOON + DAY });
      expect(await grow('b', 500)).to.deep.equal({ heldBytes: 500 });
    });

    it('does not count what the wallet has published', async () => {
      await staged('a', { sizeBytes: 1_000 });
      await begin('b', PROVIDER);
      await publish(1, { content_creator_wallet: PROVIDER, content_id: hash('theirs') });
      expect(await begin('c')).to.include({ spent: 'walletBytes' });
      await publish(2);
      expect(await begin('c')).to.equal(null);
      expect(await grow('c', 1_000)).to.deep.equal({ heldBytes: 1_000 });
    });
  });

  describe('nameUpload() and stageUpload()', () => {
    it('know nothing of an upload that has been forgotten', async () => {
      await begin('a');
      await book().dropUpload('a');
      expect(await name('a')).to.equal('unknown');
      expect(await book().stageUpload('a', { nowSec: NOON, expiresAtSec: ALIVE })).to.equal(false);
    });

    it('show an upload only when its file is kept', async () => {
      await begin('a');
      await name('a');
      expect(await listed()).to.deep.equal([]);
      await book().stageUpload('a', { nowSec: NOON, expiresAtSec: NOON + DAY });
      expect(await waitingUploads(both(), CREATOR, NOON)).to.deep.equal([
        {
          ...{ id: 'a', wallet: CREATOR, cidKey: CID, cid: CID, videoName: 'of a', sizeBytes: 100 },
          ...{ stagedAtSec: NOON, expiresAtSec: NOON + DAY },
        },
      ]);
    });

    it('stage the same content of a wallet once, of other wallets beside it', async () => {
      await staged('a');
      await staged('b', { wallet: PROVIDER });
      await begin('c');
      await name('c');
      expect(await listed()).to.deep.equal([CID]);
      await book().stageUpload('c', { nowSec: NOON + 5, expiresAtSec: NOON + 5 + DAY });
      expect((await waitingUploads(both(), CREATOR, NOON)).map(({ videoName }) => videoName)).to.deep.equal([
        'of c',
      ]);
      expect(await listed(PROVIDER)).to.deep.equal([CID]);
    });

    it('wait while the same content is leaving', async () => {
      await staged('a');
      const taken = await due(OVER);
      await begin('b', PROVIDER);
      expect(await name('b')).to.equal('leaving');
      await book().dropUpload(String(taken?.id));
      expect(await name('b')).to.equal('named');
    });
  });

  describe('stagedUploads()', () => {
    it("are the wallet's own, oldest first, until their end", async () => {
      await staged('b');
      await staged('a', { cid: OTHER_CID });
      expect(await listed()).to.have.members([CID, OTHER_CID]);
      expect(await listed(PROVIDER)).to.deep.equal([]);
      expect(await listed(CREATOR, NOON + DAY)).to.deep.equal([]);
    });

    it('are over once the wallet has published the content, and again staged when that is undone', async () => {
      await commit(block(1));
      await staged('a');
      await publish(2);
      expect(await listed()).to.deep.equal([]);
      await store().rollbackTo(1);
      expect(await listed()).to.deep.equal([CID]);
    });

    it("are not over because somebody else's publication has the same content", async () => {
      await staged('a');
      await publish(1, { content_creator_wallet: PROVIDER });
      expect(await listed()).to.deep.equal([CID]);
    });
  });

  describe('releaseUpload()', () => {
    it('is false for what the wallet has not staged, and for what it has published', async () => {
      await staged('a');
      expect(await releaseUpload(both(), { wallet: PROVIDER, cidKey: CID }, NOON)).to.equal(false);
      expect(await releaseUpload(both(), { wallet: CREATOR, cidKey: OTHER_CID }, NOON)).to.equal(false);
      await publish(1);
      expect(await releaseUpload(both(), { wallet: CREATOR, cidKey: CID }, NOON)).to.equal(false);
    });

    it('makes an upload due at once', async () => {
      await staged('a');
      expect(await releaseUpload(both(), { wallet: CREATOR, cidKey: CID }, NOON)).to.equal(true);
      expect(await listed()).to.deep.equal([]);
      expect(await releaseUpload(both(), { wallet: CREATOR, cidKey: CID }, NOON)).to.equal(false);
      expect(await due(NOON)).to.deep.equal({ id: 'a', cid: CID });
    });
  });

  describe('takeDueUpload()', () => {
    it('is null while nothing is due, grace included', async () => {
      await staged('a');
      expect(await due(OVER - 1)).to.equal(null);
      expect(await due(OVER)).to.deep.equal({ id: 'a', cid: CID });
    });

    it('forgets what never became a file when its process is gone', async () => {
      await begin('a');
      await grow('a', 100);
      expect(await due(ALIVE - 1)).to.equal(null);
      expect(await grow('a', 100)).to.deep.equal({ heldBytes: 100 });
      expect(await due(ALIVE)).to.equal(null);
      expect(await grow('a', 100)).to.equal(null);
    });

    it('takes the media of an upload whose process was killed between keeping the file and telling so', async () => {
      await begin('a');
      await name('a');
      expect(await due(ALIVE)).to.deep.equal({ id: 'a', cid: CID });
    });

    it('leaves media to another upload of the same content, and takes it with the last', async () => {
      await staged('a');
      await begin('b', PROVIDER);
      await name('b');
      await book().stageUpload('b', { nowSec: NOON + 50, expiresAtSec: NOON + DAY + 50 });
      expect(await due(OVER)).to.equal(null);
      expect(await listed(PROVIDER)).to.deep.equal([CID]);
      expect(await due(OVER + 50)).to.deep.equal({ id: 'b', cid: CID });
    });

    it('takes what two wallets have staged once, when both are due', async () => {
      await staged('a');
      await staged('b', { wallet: PROVIDER });
      expect(await due(OVER)).to.deep.equal({ id: 'b', cid: CID });
      expect(await due(OVER)).to.equal(null);
    });

    for (const [whose, creator] of [
      ['its wallet', CREATOR],
      ['anybody', PROVIDER],
    ] as const) {
      it(`leaves media that ${whose} has published`, async () => {
        await staged('a');
        await publish(1, { content_creator_wallet: creator });
        expect(await due(OVER + DAY)).to.equal(null);
        await store().clearChain();
        expect(await due(OVER + DAY)).to.equal(null);
      });
    }

    it('takes media whose publication is undone, though it was due before', async () => {
      const published = NOON + DAY;
      await commit(block(1));
      await staged('a');
      await publish(2, { published_at: published });
      expect(await due(OVER)).to.equal(null);
      await store().rollbackTo(1);
      expect(await due(OVER)).to.deep.equal({ id: 'a', cid: CID });
    });

    it('gives what is leaving to another process only when the lease is over', async () => {
      await staged('a');
      await due(OVER);
      expect(await due(OVER + 59)).to.equal(null);
      expect(await due(OVER + 60)).to.deep.equal({ id: 'a', cid: CID });
      await book().dropUpload('a');
      expect(await due(OVER + DAY)).to.equal(null);
    });

    it('stops a removal that never ended when the content has been published since', async () => {
      await staged('a');
      await due(OVER);
      await publish(1, { published_at: OVER });
      expect(await due(OVER + 60)).to.equal(null);
      await begin('b', PROVIDER);
      expect(await name('b')).to.equal('named');
    });
  });
}

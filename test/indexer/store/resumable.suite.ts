import { expect } from 'chai';
import type { Book, NewResumable, StagingQuota } from '../../../indexer/store/book.ts';
import { CREATOR, NOON } from './samples.ts';

const DAY = 86_400;
const ROOM: StagingQuota = { walletBytes: 1_000, walletUploads: 1, hostBytes: 1_000 };
const WALLET = CREATOR.toLowerCase();

export function describeResumableUploads(book: () => Book): void {
  const begin = (id: string) =>
    book().beginUpload(
      { id, wallet: WALLET, expectedBytes: 9, nowSec: NOON, aliveUntilSec: NOON + DAY },
      ROOM,
      [],
    );
  const upload = (id: string, more: Partial<NewResumable> = {}): NewResumable => ({
    ...{ id, wallet: WALLET, client: '203.0.113.7', sizeBytes: 400, metadata: 'a b', asked: '{}' },
    ...{ createdAtSec: NOON, expiresAtSec: NOON + DAY },
    ...more,
  });
  const receive = async (id: string, more?: Partial<NewResumable>) => {
    await begin(id);
    await book().beginResumable(upload(id, more));
  };
  const queue = (id: string) =>
    book().queuePackaging(
      {
        ...{ id, owner: CREATOR, videoName: 'V', offer: '{}', serve: false, client: '::1', previewSec: 0 },
        ...{ secret: null, poster: null, keptIn: 'ipfs' },
      },
      { sizeBytes: 400, nowSec: NOON },
    );

  describe('uploads that come in pieces', () => {
    it('are known as they began, and are listed while they come', async () => {
      expect(await book().resumable('a')).to.equal(null);
      await receive('a');
      await book().beginResumable(upload('b', { createdAtSec: NOON - 1 }));
      await book().beginResumable(upload('c', { wallet: '' }));
      const known = { ...upload('a'), state: 'receiving' };
      expect(await book().resumable('a')).to.deep.equal(known);
      expect((await book().resumablesOf(WALLET)).map(({ id }) => id)).to.deep.equal(['b', 'a']);
      expect((await book().receivingResumables()).map(({ id }) => id)).to.have.members(['a', 'b', 'c']);
    });

    it('have a picture until they are complete, or over', async () => {
      await receive('a');
      expect(await book().resumablePoster('a')).to.equal(null);
      expect(await book().setResumablePoster('a', Buffer.from('a picture'))).to.equal(true);
      expect(Buffer.from((await book().resumablePoster('a')) ?? []).toString()).to.equal('a picture');
      expect(await queue('a')).to.equal(true);
      expect(await book().resumablePoster('a')).to.equal(null);
      expect(await book().setResumablePoster('a', Buffer.from('another'))).to.equal(false);
    });

    it('have captions by their language until they are complete, or over', async () => {
      await receive('a');
      expect(await book().resumableCaptions('a')).to.deep.equal({});
      for (const [language, text] of Object.entries({
        de: 'WEBVTT 1',
        'pt-BR': 'WEBVTT 2',
        en: 'WEBVTT 3',
      })) {
        expect(await book().setResumableCaptions('a', language, text)).to.equal(true);
      }
      expect(await book().setResumableCaptions('a', 'de', 'WEBVTT 4')).to.equal(true);
      expect(await book().resumableCaptions('a')).to.deep.equal({
        ...{ de: 'WEBVTT 4', 'pt-BR': 'WEBVTT 2', en: 'WEBVTT 3' },
      });
      expect(await queue('a')).to.equal(true);
      expect(await book().resumableCaptions('a')).to.deep.equal({});
      expect(await book().setResumableCaptions('a', 'de', 'WEBVTT 5')).to.equal(false);
      await book().beginResumable(upload('b'));
      await book().setResumableCaptions('b', 'de', 'WEBVTT 6');
      await book().endResumable('b');
      expect(await book().resumableCaptions('b')).to.deep.equal({});
    });

    it('give back their room when they are ended, once', async () => {
      await receive('a');
      expect(await begin('b')).to.include({ spent: 'walletUploads' });
      expect(await book().endResumable('a')).to.equal(true);
      expect(await book().endResumable('a')).to.equal(false);
      expect(await book().resumable('a')).to.include({ state: 'over' });
      expect(await begin('b')).to.equal(null);
    });

    it('are complete in the queue, in their own lane, and are not ended there', async () => {
      await receive('a');
      expect(await queue('a')).to.equal(true);
      expect(await book().resumable('a')).to.include({ state: 'complete' });
      expect(await book().endResumable('a')).to.equal(false);
      expect(await book().receivingResumables()).to.deep.equal([]);
      expect(await book().nextPackaging()).to.equal(null);
      expect(await book().nextPackaging('kept')).to.include({ id: 'a', keptIn: 'ipfs' });
    });

    it('say where anybody can read them, when they are staged', async () => {
      await receive('a');
      await queue('a');
      const packaged = { cid: 'c', sizeBytes: 400, web3Url: 'web3://a/c' };
      await book().nameUpload({
        id: 'a',
        cidKey: 'c',
        videoName: 'V',
        aliveUntilSec: NOON + 600,
        ...packaged,
      });
      const times = { nowSec: NOON, expiresAtSec: NOON + DAY };
      expect(await book().stagePackaged('a', { ...packaged, cidKey: 'c', secret: null }, times)).to.equal(
        true,
      );
      expect((await book().packaging('a'))?.packaged).to.deep.equal(packaged);
    });

    it('are forgotten long after, but for those that come', async () => {
      await receive('a');
      await book().beginResumable(upload('b'));
      await book().endResumable('b');
      await book().forgetResumables(NOON + DAY);
      expect(await book().resumable('b')).to.not.equal(null);
      await book().forgetResumables(NOON + DAY + 1);
      expect(await book().resumable('b')).to.equal(null);
      expect(await book().resumable('a')).to.not.equal(null);
    });
  });
}

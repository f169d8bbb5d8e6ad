import { expect } from 'chai';
import type { Book, NewPackaging, StagingQuota } from '../../../indexer/store/book.ts';
import { takeDueUpload, waitingUploads } from '../../../indexer/store/joins.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { CID, CREATOR, NOON } from './samples.ts';

const DAY = 86_400;
const PLENTY: StagingQuota = { walletBytes: 1_000, walletUploads: 9, hostBytes: 1_000 };
const SEALED = { sealed: 'c2VhbGVk', kid: 'a-key' };
const CAPTIONS = [
  { language: 'en', label: 'English', text: 'WEBVTT 1' },
  { language: 'de', label: 'Deutsch', text: 'WEBVTT 2' },
];
const PROBLEM = { code: 'no_video', detail: 'There is no video in it.' };

export function describePackagings(store: () => Store, book: () => Book): void {
  const both = () => ({ store: store(), book: book() });
  const begin = (id: string) =>
    book().beginUpload(
      { id, wallet: '', expectedBytes: 0, nowSec: NOON, aliveUntilSec: NOON + 600 },
      PLENTY,
      [],
    );
  const packagingOf = (id: string, more: Partial<NewPackaging> = {}): NewPackaging => ({
    id,
    owner: CREATOR,
    videoName: `of ${id}`,
    offer: '{"price":"1"}',
    serve: true,
    client: '203.0.113.7',
    previewSec: 6,
    secret: SEALED,
    poster: Buffer.from('a picture'),
    captions: CAPTIONS,
    ...more,
  });
  const queue = async (id: string, more?: Partial<NewPackaging>) => {
    await begin(id);
    return await book().queuePackaging(packagingOf(id, more), { sizeBytes: 400, nowSec: NOON });
  };
  const packaged = { cid: CID, cidKey: CID, sizeBytes: 500, secret: { sealed: 'YWdhaW4=', kid: 'b-key' } };
  const times = { nowSec: NOON, expiresAtSec: NOON + DAY };
  const name = (id: string) =>
    book().nameUpload({
      id,
      cid: CID,
      cidKey: CID,
      videoName: 'V',
      sizeBytes: 500,
      aliveUntilSec: NOON + 600,
    });
  const stage = async (id: string, more: Partial<typeof packaged> = {}) => {
    await name(id);
    return await book().stagePackaged(id, { ...packaged, ...more }, times);
  };
  const due = (nowSec: number) =>
    takeDueUpload(both(), { nowSec, graceSec: 300, settledSec: nowSec - DAY, leaseUntilSec: nowSec + 60 });
  const told = async (seq: number) =>
    (await store().feedAfter(seq, 100)).flatMap((entry) =>
      entry.event === 'upload.progress' ? { ...entry.upload, creator: entry.concerns.creator } : [],
    );

  describe('packagings', () => {
    it('wait in the order in which they came, with all that they need', async () => {
      expect(await book().nextPackaging()).to.equal(null);
      expect(await queue('b')).to.equal(true);
      expect(await queue('a', { secret: null, poster: null, serve: false })).to.equal(true);
      const { poster, ...first } = (await book().nextPackaging()) ?? {};
      const { poster: _, ...asked } = packagingOf('b');
      expect(Buffer.from(poster ?? []).toString()).to.equal('a picture');
      expect(first).to.deep.equal({
        ...asked,
        keptIn: null,
        state: 'queued',
        attempts: 0,
        progress: 0,
        packaged: null,
        problem: null,
        expiresAtSec: null,
      });
      expect(await book().packaging('a')).to.include({ id: 'a', serve: false });
      const tracks = CAPTIONS.map(({ language, label }) => ({ language, label }));
      expect((await book().packaging('b'))?.captions).to.deep.equal(tracks);
      await book().failPackaging('b', PROBLEM, NOON);
      expect(await book().nextPackaging()).to.include({ id: 'a', secret: null, poster: null });
      expect(await book().packaging('c')).to.equal(null);
    });

    it('need their file until they are packaged or have failed', async () => {
      for (const id of ['a', 'b', 'c']) await queue(id);
      expect(await book().unpackaged()).to.have.members(['a', 'b', 'c']);
      await stage('a');
      await book().failPackaging('b', PROBLEM, NOON);
      expect(await book().unpackaged()).to.deep.equal(['c']);
    });

    it('are of uploads that are known', async () => {
      const file = { sizeBytes: 1, nowSec: NOON };
      expect(await book().queuePackaging(packagingOf('x'), file)).to.equal(false);
      expect(await book().packaging('x')).to.equal(null);
    });

    it('hold their room, and are never due, however long they wait', async () => {
      await queue('a');
      await book().beginPackaging('a');
      await name('a');
      expect(await due(NOON + 365 * DAY)).to.equal(null);
      const later = { id: 'b', wallet: CREATOR, expectedBytes: 501, nowSec: NOON, aliveUntilSec: NOON };
      expect(await book().beginUpload(later, PLENTY, [])).to.include({ spent: 'walletBytes', left: 500 });
    });

    it('free their room at a time that nobody knows', async () => {
      const soon = { id: 'c', wallet: CREATOR, expectedBytes: 0, nowSec: NOON, aliveUntilSec: NOON + 600 };
      const tooMuch = { ...soon, id: 'd', expectedBytes: 900 };
      await queue('a');
      await queue('b');
      await name('b');
      expect(await book().beginUpload(tooMuch, PLENTY, [])).to.include({ left: 100, freeAtSec: null });
      await book().beginUpload(soon, PLENTY, []);
      expect(await book().beginUpload(tooMuch, PLENTY, [])).to.include({ left: 100, freeAtSec: NOON + 600 });
    });

    it('are staged, and their secret is kept, at once', async () => {
      await queue('a');
      await book().beginPackaging('a');
      expect(await stage('a')).to.equal(true);
      expect(await waitingUploads(both(), CREATOR, NOON)).to.have.length(1);
      expect(await book().sealedUnder()).to.deep.equal(['b-key']);
      expect(await book().packaging('a')).to.deep.include({
        state: 'packaging',
        packaged: { cid: CID, sizeBytes: 500 },
        expiresAtSec: NOON + DAY,
      });
      const next = await book().nextPackaging();
      expect(next).to.include({ id: 'a', secret: null, poster: null });
      expect(next?.captions.map(({ text }) => text)).to.deep.equal(['', '']);
      await book().endPackaging('a', NOON);
      expect(await book().nextPackaging()).to.equal(null);
      expect(await book().packaging('a')).to.include({ state: 'packaged', progress: 1 });
    });

    it('keep no secret of what waited in vain, and that of what did not', async () => {
      await queue('a');
      await stage('a');
      await book().endPackaging('a', NOON);
      await queue('b', { owner: `0x${'0b'.repeat(20)}` });
      const other = CID.replace(/.$/, 'a');
      await book().nameUpload({
        id: 'b',
        cid: other,
        cidKey: other,
        videoName: 'V',
        sizeBytes: 1,
        aliveUntilSec: NOON,
      });
      const theirs = { ...packaged, cid: other, cidKey: other, secret: { sealed: 'b', kid: 'c-key' } };
      await book().stagePackaged('b', theirs, { ...times, expiresAtSec: NOON + 9 * DAY });
      await book().endPackaging('b', NOON);
      expect(await due(NOON + DAY + 300)).to.include({ id: 'a' });
      expect(await book().sealedUnder()).to.have.members(['b-key', 'c-key']);
      await book().dropUpload('a');
      expect(await book().sealedUnder()).to.deep.equal(['c-key']);
      expect((await book().packaging('a'))?.expiresAtSec).to.equal(null);
    });

    it('that have failed free their room; what storage may have kept of them is due', async () => {
      await queue('a');
      await queue('b');
      await name('b');
      for (const id of ['a', 'b']) await book().failPackaging(id, PROBLEM, NOON);
      expect(await book().packaging('a')).to.deep.include({
        state: 'failed',
        problem: PROBLEM,
      });
      expect(await book().sealedUnder()).to.deep.equal([]);
      expect(await due(NOON)).to.deep.include({ id: 'b', cid: CID });
      await book().dropUpload('b');
      expect(await due(NOON + DAY)).to.equal(null);
    });

    it('do not fail once they are packaged', async () => {
      await queue('a');
      await stage('a');
      await book().endPackaging('a', NOON);
      await book().failPackaging('a', PROBLEM, NOON);
      expect(await book().packaging('a')).to.deep.include({ state: 'packaged', problem: null });
    });

    it('are shown to their wallet until they are packaged', async () => {
      for (const id of ['b', 'a', 'c']) await queue(id);
      await queue('d', { owner: `0x${'0d'.repeat(20)}` });
      await book().failPackaging('b', PROBLEM, NOON);
      await stage('c');
      await book().endPackaging('c', NOON);
      const shown = await book().packagingsOf(CREATOR.toLowerCase());
      expect(shown.map(({ id, problem }) => [id, problem])).to.deep.equal([
        ['b', PROBLEM],
        ['a', null],
      ]);
    });

    it('count how often their turn has come', async () => {
      await queue('a');
      await book().beginPackaging('a');
      await book().beginPackaging('a');
      expect(await book().packaging('a')).to.include({ attempts: 2, state: 'packaging' });
    });

    it('tell the feed of each change, as of their creator, and not what they became', async () => {
      const { seq } = await store().feedEnd();
      await queue('a');
      await book().beginPackaging('a');
      await book().notePackaged('a', 0.5);
      await stage('a');
      await book().endPackaging('a', NOON);
      await book().endPackaging('a', NOON);
      await book().notePackaged('a', 0.6);
      const creator = CREATOR.toLowerCase();
      expect(await told(seq)).to.deep.equal([
        { id: 'a', state: 'queued', progress: 0, creator },
        { id: 'a', state: 'packaging', progress: 0, creator },
        { id: 'a', state: 'packaging', progress: 0.5, creator },
        { id: 'a', state: 'packaged', progress: 1, creator },
      ]);
      expect(new Set((await store().changesAfter(seq, 100)).map(({ of }) => of))).to.deep.equal(
        new Set(['upload']),
      );
    });

    it('are forgotten some time after their end', async () => {
      await queue('a');
      await queue('b');
      await book().failPackaging('a', PROBLEM, NOON);
      await book().forgetPackagings(NOON);
      expect(await book().packaging('a')).to.not.equal(null);
      await book().forgetPackagings(NOON + 1);
      expect(await book().packaging('a')).to.equal(null);
      expect(await book().packaging('b')).to.not.equal(null);
    });
  });
}

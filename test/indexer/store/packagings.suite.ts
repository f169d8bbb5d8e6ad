import { expect } from 'chai';
import type { NewPackaging, StagingQuota, Store } from '../../../indexer/store/store.ts';
import { CID, CREATOR, NOON } from './samples.ts';

const DAY = 86_400;
const PLENTY: StagingQuota = { walletBytes: 1_000, walletUploads: 9, hostBytes: 1_000 };
const SEALED = { sealed: 'c2VhbGVk', kid: 'a-key' };
const PROBLEM = { code: 'no_video', detail: 'There is no video in it.' };

export function describePackagings(store: () => Store): void {
  const begin = (id: string) =>
    store().beginUpload(
      { id, wallet: '', expectedBytes: 0, nowSec: NOON, aliveUntilSec: NOON + 600 },
      PLENTY,
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
    ...more,
  });
  const queue = async (id: string, more?: Partial<NewPackaging>) => {
    await begin(id);
    return await store().queuePackaging(packagingOf(id, more), { sizeBytes: 400, nowSec: NOON });
  };
  const packaged = { cid: CID, cidKey: CID, sizeBytes: 500, secret: { sealed: 'YWdhaW4=', kid: 'b-key' } };
  const times = { nowSec: NOON, expiresAtSec: NOON + DAY };
  const name = (id: string) =>
    store().nameUpload({
      id,
      cid: CID,
      cidKey: CID,
      videoName: 'V',
      sizeBytes: 500,
      aliveUntilSec: NOON + 600,
    });
  const stage = async (id: string, more: Partial<typeof packaged> = {}) => {
    await name(id);
    return await store().stagePackaged(id, { ...packaged, ...more }, times);
  };
  const due = (nowSec: number) =>
    store().takeDueUpload({ nowSec, graceSec: 300, settledSec: nowSec - DAY, leaseUntilSec: nowSec + 60 });
  const told = async (seq: number) =>
    (await store().feedAfter(seq, 100)).flatMap((entry) =>
      entry.event === 'upload.progress' ? { ...entry.upload, creator: entry.concerns.creator } : [],
    );

  describe('packagings', () => {
    it('wait in the order in which they came, with all that they need', async () => {
      expect(await store().nextPackaging()).to.equal(null);
      expect(await queue('b')).to.equal(true);
      expect(await queue('a', { secret: null, poster: null, serve: false })).to.equal(true);
      const { poster, ...first } = (await store().nextPackaging()) ?? {};
      const { poster: _, ...asked } = packagingOf('b');
      expect(Buffer.from(poster ?? []).toString()).to.equal('a picture');
      expect(first).to.deep.equal({
        ...asked,
        state: 'queued',
        attempts: 0,
        progress: 0,
        packaged: null,
        problem: null,
        expiresAtSec: null,
      });
      expect(await store().packaging('a')).to.include({ id: 'a', serve: false });
      await store().failPackaging('b', PROBLEM, NOON);
      expect(await store().nextPackaging()).to.include({ id: 'a', secret: null, poster: null });
      expect(await store().packaging('c')).to.equal(null);
    });

    it('need their file until they are packaged or have failed', async () => {
      for (const id of ['a', 'b', 'c']) await queue(id);
      expect(await store().unpackaged()).to.have.members(['a', 'b', 'c']);
      await stage('a');
      await store().failPackaging('b', PROBLEM, NOON);
      expect(await store().unpackaged()).to.deep.equal(['c']);
    });

    it('are of uploads that are known', async () => {
      const file = { sizeBytes: 1, nowSec: NOON };
      expect(await store().queuePackaging(packagingOf('x'), file)).to.equal(false);
      expect(await store().packaging('x')).to.equal(null);
    });

    it('hold their room, and are never due, however long they wait', async () => {
      await queue('a');
      await store().beginPackaging('a');
      await name('a');
      expect(await due(NOON + 365 * DAY)).to.equal(null);
      const later = { id: 'b', wallet: CREATOR, expectedBytes: 501, nowSec: NOON, aliveUntilSec: NOON };
      expect(await store().beginUpload(later, PLENTY)).to.include({ spent: 'walletBytes', left: 500 });
    });

    it('free their room at a time that nobody knows', async () => {
      const soon = { id: 'c', wallet: CREATOR, expectedBytes: 0, nowSec: NOON, aliveUntilSec: NOON + 600 };
      const tooMuch = { ...soon, id: 'd', expectedBytes: 900 };
      await queue('a');
      await queue('b');
      await name('b');
      expect(await store().beginUpload(tooMuch, PLENTY)).to.include({ left: 100, freeAtSec: null });
      await store().beginUpload(soon, PLENTY);
      expect(await store().beginUpload(tooMuch, PLENTY)).to.include({ left: 100, freeAtSec: NOON + 600 });
    });

    it('are staged, and their secret is kept, at once', async () => {
      await queue('a');
      await store().beginPackaging('a');
      expect(await stage('a')).to.equal(true);
      expect(await store().stagedUploads(CREATOR, NOON)).to.have.length(1);
      expect(await store().sealedUnder()).to.deep.equal(['b-key']);
      expect(await store().packaging('a')).to.deep.include({
        state: 'packaging',
        packaged: { cid: CID, sizeBytes: 500 },
        expiresAtSec: NOON + DAY,
      });
      expect(await store().nextPackaging()).to.include({ id: 'a', secret: null, poster: null });
      await store().endPackaging('a', NOON);
      expect(await store().nextPackaging()).to.equal(null);
      expect(await store().packaging('a')).to.include({ state: 'packaged', progress: 1 });
    });

    it('keep no secret of what waited in vain, and that of what did not', async () => {
      await queue('a');
      await stage('a');
      await store().endPackaging('a', NOON);
      await queue('b', { owner: `0x${'0b'.repeat(20)}` });
      const other = CID.replace(/.$/, 'a');
      await store().nameUpload({
        id: 'b',
        cid: other,
        cidKey: other,
        videoName: 'V',
        sizeBytes: 1,
        aliveUntilSec: NOON,
      });
      const theirs = { ...packaged, cid: other, cidKey: other, secret: { sealed: 'b', kid: 'c-key' } };
      await store().stagePackaged('b', theirs, { ...times, expiresAtSec: NOON + 9 * DAY });
      await store().endPackaging('b', NOON);
      expect(await due(NOON + DAY + 300)).to.include({ id: 'a' });
      expect(await store().sealedUnder()).to.have.members(['b-key', 'c-key']);
      await store().dropUpload('a');
      expect(await store().sealedUnder()).to.deep.equal(['c-key']);
      expect((await store().packaging('a'))?.expiresAtSec).to.equal(null);
    });

    it('that have failed free their room; what storage may have kept of them is due', async () => {
      await queue('a');
      await queue('b');
      await name('b');
      for (const id of ['a', 'b']) await store().failPackaging(id, PROBLEM, NOON);
      expect(await store().packaging('a')).to.deep.include({
        state: 'failed',
        problem: PROBLEM,
      });
      expect(await store().sealedUnder()).to.deep.equal([]);
      expect(await due(NOON)).to.deep.include({ id: 'b', cid: CID });
      await store().dropUpload('b');
      expect(await due(NOON + DAY)).to.equal(null);
    });

    it('do not fail once they are packaged', async () => {
      await queue('a');
      await stage('a');
      await store().endPackaging('a', NOON);
      await store().failPackaging('a', PROBLEM, NOON);
      expect(await store().packaging('a')).to.deep.include({ state: 'packaged', problem: null });
    });

    it('are shown to their wallet until they are packaged', async () => {
      for (const id of ['b', 'a', 'c']) await queue(id);
      await queue('d', { owner: `0x${'0d'.repeat(20)}` });
      await store().failPackaging('b', PROBLEM, NOON);
      await stage('c');
      await store().endPackaging('c', NOON);
      const shown = await store().packagingsOf(CREATOR.toLowerCase());
      expect(shown.map(({ id, problem }) => [id, problem])).to.deep.equal([
        ['b', PROBLEM],
        ['a', null],
      ]);
    });

    it('count how often their turn has come', async () => {
      await queue('a');
      await store().beginPackaging('a');
      await store().beginPackaging('a');
      expect(await store().packaging('a')).to.include({ attempts: 2, state: 'packaging' });
    });

    it('tell the feed of each change, as of their creator, and not what they became', async () => {
      const { seq } = await store().feedEnd();
      await queue('a');
      await store().beginPackaging('a');
      await store().notePackaged('a', 0.5);
      await stage('a');
      await store().endPackaging('a', NOON);
      await store().endPackaging('a', NOON);
      await store().notePackaged('a', 0.6);
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
      await store().failPackaging('a', PROBLEM, NOON);
      await store().forgetPackagings(NOON);
      expect(await store().packaging('a')).to.not.equal(null);
      await store().forgetPackagings(NOON + 1);
      expect(await store().packaging('a')).to.equal(null);
      expect(await store().packaging('b')).to.not.equal(null);
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RetryableError } from '../../../../indexer/lib/errors.ts';
import { openFileStorage } from '../../../../indexer/media/files/files.ts';
import { createMediaLibrary, type MediaLibrary } from '../../../../indexer/media/library.ts';
import type { AddedMedia, MediaStorage } from '../../../../indexer/media/storage.ts';
import type { Book, MediaFacts } from '../../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../../indexer/store/sqlite/book/book.ts';
import { createDueMedia, createLedger } from '../../../../indexer/uploads/measuring/ledger.ts';
import { startMeasuring } from '../../../../indexer/uploads/measuring/measuring.ts';
import {
  createPackagingWorker,
  type PackagingWorker,
} from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { packageMedia } from '../../../../packager/package-media.ts';
import { SECRET } from '../../../packager/packaged.ts';
import { fileOf, makeVideo, realVideo } from '../../../packager/samples.ts';
import { rejection } from '../../../rejection.ts';
import { until } from '../../../until.ts';
import { hungryFile } from '../packaging/hungry-file.ts';

const NOW = 1_800_000_000;
const NONE = { measuredAtSec: NOW, video: null, packaging: null };
const REAL = { durationSec: 12.02322, width: 640, height: 360, codecs: ['avc1.4d401e', 'mp4a.40.2'] };

describe('measuring', () => {
  const log = { info: () => {}, warn: () => {} };
  let folder: string;
  let files: MediaStorage;
  let worker: PackagingWorker;
  let book: Book;
  let library: MediaLibrary;
  let due: ReturnType<typeof createDueMedia>;
  let stop: (() => Promise<void>) | null = null;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'measuring-'));
    files = await openFileStorage({ folder, log: () => undefined });
    const roomy = { heapMb: 32, memoryMb: 1_024 };
    worker = createPackagingWorker({ log, disk: null, limits: { describing: roomy } });
  });

  after(async () => {
    await worker[Symbol.asyncDispose]();
    await files.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    book = openSqliteBook({ path: ':memory:' });
    due = createDueMedia();
    library = createMediaLibrary({ ipfs: files, ethstorage: null, default: 'ipfs' }, createLedger(book, due));
  });

  afterEach(async () => {
    await stop?.();
    stop = null;
    await book.close();
  });

  function start(over: Partial<MediaStorage> = {}, records: Partial<MediaFacts> = {}): void {
    const storage = { ...library, ...over };
    const deps = { book: { ...book, ...records }, storage, worker, due, log, nowSec: () => NOW };
    stop = startMeasuring(deps);
  }

  const add = (bytes: Uint8Array | string) => library.add(pieces(bytes));

  async function measured({ cid }: AddedMedia) {
    const facts = async () => (await book.mediaFacts(cid))?.measured ?? null;
    await until(`${cid} is measured`, async () => (await facts()) !== null);
    return await facts();
  }

  it('finds what plays in a file, and what is no video', async () => {
    start();
    const video = await realVideo();
    const added = await add(video);
    expect(await measured(added)).to.deep.equal({ ...NONE, video: REAL });
    expect(await book.mediaFacts(added.cid)).to.include({ kind: 'file', sizeBytes: video.length });
    const webm = await measured(await add(await makeVideo('webm', { audio: null })));
    expect(webm?.video?.codecs).to.deep.equal(['vp09.00.21.08']);
    for (const other of ['a text', 'x', await makeVideo('mp4', { video: null }), video.slice(0, 5_000)]) {
      expect(await measured(await add(other))).to.deep.equal(NONE);
    }
  });

  it('finds no video in a file that takes more memory than one may', async () => {
    start();
    expect(await measured(await add(hungryFile(await realVideo(), 500_000)))).to.deep.equal(NONE);
    expect(await measured(await add(await makeVideo('mkv')))).not.to.deep.equal(NONE);
  });

  it('finds in a directory what its content.json says', async () => {
    start();
    const file = fileOf(await makeVideo('mp4', { seconds: 80 }));
    const text = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n';
    const captions = [{ language: 'de', label: 'Deutsch', text }];
    const more = { poster: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), captions };
    const of = (secret: typeof SECRET | null, previewSec = 7) =>
      library.addDirectory(packageMedia(file, { secret, previewSec, ...(previewSec === 60 && more) }));
    const video = { durationSec: 80, width: 640, height: 360, codecs: ['avc1.4d401e', 'mp4a.40.2'] };
    const sold = await of(SECRET);
    expect(await measured(sold)).to.deep.equal({
      ...{ ...NONE, video },
      packaging: { previewSec: 7, units: 2, soldUnits: 2, isProtected: true, hasPoster: false, captions: [] },
    });
    expect(await book.mediaFacts(sold.cid)).to.include({ kind: 'directory', sizeBytes: sold.sizeBytes });
    expect((await measured(await of(null)))?.packaging).to.include({ units: 2, isProtected: false });
    // What is all preview has no key.
    const whole = (await measured(await of(SECRET, 60)))?.packaging;
    expect(whole).to.deep.include({ soldUnits: 1, hasPoster: true, captions: ['de'] });
  });

  it('finds no video in another directory, whatever its content.json is', async () => {
    start();
    const directory = (path: string, text: string) =>
      library.addDirectory(one({ path, content: pieces(text) }));
    for (const text of ['', '{', '{}', '{"version":1,"renditions":[]}', ' '.repeat(300_000)]) {
      expect(await measured(await directory('content.json', `${text}\n`))).to.deep.equal(NONE);
    }
    expect(await measured(await directory('content.json/v0', '{}'))).to.deep.equal(NONE);
    expect(await measured(await directory('a.txt', 'a'))).to.deep.equal(NONE);
  });

  it('goes on after a restart with what it has not measured', async () => {
    const [video, gone] = [await add(await realVideo()), await add('another file')];
    await files.remove(gone.cid);
    due.cidKeys.clear();
    expect(await book.unmeasuredMedia()).to.have.members([video.cid, gone.cid]);
    start();
    expect(await measured(video)).to.deep.equal({ ...NONE, video: REAL });
    await until('what is not here is forgotten', async () => (await book.mediaFacts(gone.cid)) === null);
  });

  it('looks at what was here before anybody measured', async () => {
    const old = await files.add(pieces('an old file'));
    await book.noteMedia({ cidKey: old.cid, kind: null, sizeBytes: null });
    start();
    expect(await measured(old)).to.deep.equal(NONE);
    expect(await book.mediaFacts(old.cid)).to.include({ kind: 'file', sizeBytes: 11 });
  });

  it('tries again when storage is back', async () => {
    let failures = 1;
    start({ stat: (cid) => (failures-- > 0 ? Promise.reject(new RetryableError('away')) : files.stat(cid)) });
    const added = await add('a text');
    await until('it has failed', () => failures === 0 && due.cidKeys.has(added.cid));
    due.news.wake();
    expect(await measured(added)).to.deep.equal(NONE);
  });

  it('knows nothing of what goes while it is looked at', async () => {
    const looked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    start({
      async stat(cid) {
        const stat = await files.stat(cid);
        looked.resolve();
        await gone.promise;
        return stat;
      },
    });
    const added = await add('a text that goes at once');
    await looked.promise;
    await library.remove(added.cid);
    gone.resolve();
    await measured(await add('the next one'));
    expect(await book.mediaFacts(added.cid)).to.equal(null);
  });

  it('knows what is uploaded while another upload of the same fails, and so has it forgotten', async () => {
    start();
    let others = 1;
    const ledger = createLedger(book, due);
    const forgetful: typeof ledger = {
      ...ledger,
      async note(media, kind) {
        await ledger.note(media, kind);
        if (others-- > 0) await ledger.forget(media.cid);
      },
    };
    const twice = createMediaLibrary({ ipfs: files, ethstorage: null, default: 'ipfs' }, forgetful);
    expect(await measured(await twice.add(pieces('twice')))).to.deep.equal(NONE);
  });

  it('goes on when the records fail', async () => {
    const [text, gone] = [await add('a text'), await add('another text')];
    due.cidKeys.clear();
    await files.remove(gone.cid);
    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    let failures = 0;
    const failingOnce = <A extends unknown[], R>(method: (...args: A) => Promise<R>) => {
      let isFirst = true;
      return (...args: A): Promise<R> => {
        if (!isFirst) return method(...args);
        isFirst = false;
        failures += 1;
        return Promise.reject(full);
      };
    };
    const { unmeasuredMedia, forgetMedia, measureMedia } = book;
    start(
      {},
      {
        unmeasuredMedia: failingOnce(unmeasuredMedia),
        forgetMedia: failingOnce(forgetMedia),
        measureMedia: failingOnce(measureMedia),
      },
    );
    await until('all is measured or forgotten', async () => {
      due.news.wake();
      return (await book.unmeasuredMedia()).length === 0;
    });
    expect(failures).to.equal(3);
    expect(await measured(text)).to.deep.equal(NONE);
    expect(await book.mediaFacts(gone.cid)).to.equal(null);
  });

  it('notes nothing of what is refused, and forgets what is not kept or goes', async () => {
    start();
    const refused = library.add(pieces('refused'), { beforeKept: () => Promise.reject(new Error('no')) });
    await rejection(refused);
    expect(await book.unmeasuredMedia()).to.deep.equal([]);
    const added = await add('a text that goes');
    await measured(added);
    await library.remove(added.cid);
    expect(await book.mediaFacts(added.cid)).to.equal(null);
    const lost = await add('a text that is lost');
    await measured(lost);
    await files.remove(lost.cid);
    due.cidKeys.add(lost.cid);
    due.news.wake();
    await until('it is forgotten', async () => (await book.mediaFacts(lost.cid)) === null);
  });
});

async function* pieces(content: Uint8Array | string): AsyncGenerator<Uint8Array> {
  yield typeof content === 'string' ? Buffer.from(content) : content;
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

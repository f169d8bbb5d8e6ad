import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BaseError, RetryableError } from '../../../../indexer/lib/errors.ts';
import { lockFile } from '../../../../indexer/lib/locks/file-lock.ts';
import { Processes } from '../../../../indexer/lib/locks/processes.ts';
import type { AddOptions, DirectoryEntry } from '../../../../indexer/media/storage.ts';
import { uploadSecretOf } from '../../../../indexer/secrets/names.ts';
import { type SealingKey, sealingKey } from '../../../../indexer/secrets/seal.ts';
import type { Book, Packaging } from '../../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../../indexer/store/sqlite/book/book.ts';
import { UploadRefused } from '../../../../indexer/uploads/packaging/errors.ts';
import { createProgress } from '../../../../indexer/uploads/packaging/progress.ts';
import { type PackagingHooks, PackagingQueue } from '../../../../indexer/uploads/packaging/queue.ts';
import { Sources } from '../../../../indexer/uploads/packaging/sources.ts';
import {
  MediaRefused,
  PackagingFailed,
  type PackagingJob,
  type PackagingWorker,
} from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { eventually, until } from '../../../until.ts';
import { CID, CREATOR, NOON } from '../../store/samples.ts';

const PLENTY = { walletBytes: 1e9, walletUploads: 9, hostBytes: 1e9 };
const SECRET = new Uint8Array(32).fill(5);
const CAPTIONS = [{ language: 'de', label: 'Deutsch', text: 'WEBVTT' }];

describe('PackagingQueue', () => {
  let folder: string;
  let book: Book;
  let locks: string;
  let processes: Processes;
  let sources: Sources;
  let key: SealingKey;
  let stop: (() => Promise<void>) | undefined;
  let jobs: PackagingJob[];
  /** What each turn of the worker throws. */
  let failures: unknown[];
  /** The same of storage, after what is asked before. */
  let notKept: unknown[];
  let logged: string[];
  let told: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
    book = openSqliteBook({ path: ':memory:' });
    locks = mkdtempSync(join(tmpdir(), 'locks-'));
    processes = Processes.open(join(locks, 'processes'));
    sources = await Sources.open(folder, processes);
    key = sealingKey(Buffer.alloc(32, 1));
    jobs = [];
    failures = [];
    notKept = [];
    logged = [];
    told = [];
  });
  afterEach(async () => {
    await stop?.();
    stop = undefined;
    await book.close();
    processes.close();
    for (const path of [folder, locks]) rmSync(path, { recursive: true });
  });

  async function queued(id: string): Promise<void> {
    const begun = { id, wallet: '', expectedBytes: 0, nowSec: NOON, aliveUntilSec: NOON + 600 };
    expect(await book.beginUpload(begun, PLENTY, [])).to.equal(null);
    writeFileSync(sources.pathOf(id), 'a video');
    const packaging = {
      ...{ id, owner: CREATOR, videoName: 'V', offer: '{}', serve: false, client: '::1', previewSec: 0 },
      ...{ secret: key.seal(SECRET, uploadSecretOf(id)), poster: null },
      captions: CAPTIONS,
    };
    await book.queuePackaging(packaging, { sizeBytes: 7, nowSec: NOON });
  }

  const worker = {
    async *package(job: PackagingJob) {
      jobs.push(job);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      yield* [];
    },
  } as unknown as PackagingWorker;

  /** Keeps nothing, but asks before. */
  const storage = {
    async add(): Promise<never> {
      throw new Error('it is packaged');
    },
    async addDirectory(entries: AsyncIterable<DirectoryEntry>, options: AddOptions = {}) {
      for await (const _ of entries);
      await options.beforeKept?.({ cid: CID, sizeBytes: 9 });
      const failure = notKept.shift();
      if (failure !== undefined) throw failure;
      options.signal?.throwIfAborted();
      return { cid: CID, sizeBytes: 9 };
    },
  };

  function start(
    { pauseMs = 0.1, ...more }: Partial<PackagingHooks> & { pauseMs?: number } = {},
    other: Partial<PackagingWorker> = worker,
  ): PackagingQueue {
    const hooks = { check: async () => {}, finish: async () => {}, ...more };
    const lock = () => lockFile(join(locks, 'queue'));
    const log = {
      info: (_: unknown, text?: string) => void told.push(text ?? ''),
      warn: (_: unknown, text?: string) => void logged.push(text ?? ''),
    };
    const queue = new PackagingQueue({
      ...{ book, storage, sources, key, hooks, log, stageSec: 600, pauseMs, nowSec: () => NOON, lock },
      worker: other as PackagingWorker,
    });
    stop = queue.start();
    return queue;
  }
  const ended = (id: string) =>
    eventually(
      10_000,
      () => book.packaging(id) as Promise<Packaging>,
      ({ state }) => state === 'packaged' || state === 'failed',
    );
  const crash = () => new PackagingFailed('It has ended.', { reason: 'crash' });

  it('begins with what it finds, and goes on when it is woken', async () => {
    await queued('a');
    const queue = start();
    expect(await ended('a')).to.include({ state: 'packaged' });
    await queued('b');
    queue.wake();
    expect(await ended('b')).to.include({ state: 'packaged' });
    expect(jobs.map(({ secret }) => secret)).to.deep.equal([SECRET, SECRET]);
    expect(jobs.map(({ captions }) => captions)).to.deep.equal([CAPTIONS, CAPTIONS]);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('tries again what may go well later, wherever it failed, before it takes the next', async () => {
    await queued('a');
    await queued('b');
    failures = [new RetryableError('Storage is away.')];
    let checks = 0;
    let ends = 0;
    start({
      async check() {
        checks += 1;
        if (checks === 1) throw new RetryableError('The chain is away.');
      },
      async finish() {
        ends += 1;
        if (ends === 1) throw new RetryableError('The chain is away again.');
      },
    });
    expect(await ended('a')).to.include({ state: 'packaged', attempts: 4 });
    expect(await ended('b')).to.include({ state: 'packaged', attempts: 1 });
    // What storage keeps is not packaged anew because its publication failed.
    expect(jobs.map(({ path }) => path)).to.deep.equal(['a', 'a', 'a', 'b'].map((id) => sources.pathOf(id)));
    expect(logged).to.deep.equal(Array(3).fill('an upload is packaged later'));
  });

  it('says which try is the first that storage may be paid for', async () => {
    await queued('a');
    await queued('b');
    failures = [new RetryableError('The worker is away.')];
    notKept = [new RetryableError('Storage is away.'), new RetryableError('Storage is away.')];
    const checked: [string, boolean][] = [];
    start({ check: async ({ id }, _, { isFirst }) => void checked.push([id, isFirst]) });
    expect(await ended('a')).to.include({ state: 'packaged', attempts: 4 });
    await ended('b');
    expect(checked).to.deep.equal([
      ['a', true],
      ['a', false],
      ['a', false],
      ['b', true],
    ]);
  });

  it('tries a file again whose process ended, and gives it up after three times', async () => {
    await queued('a');
    await queued('b');
    const away = () => new RetryableError('Away.');
    failures = [crash(), crash(), crash(), away(), away(), crash(), crash()];
    start();
    expect(await ended('a')).to.deep.include({
      state: 'failed',
      attempts: 3,
      problem: { code: 'packaging_failed', detail: 'It has ended.' },
    });
    expect(await ended('b')).to.include({ state: 'packaged', attempts: 5 });
  });

  const causes: [what: string, error: Error, code: string][] = [
    ['takes too much memory', new PackagingFailed('Too much.', { reason: 'memory' }), 'packaging_failed'],
    ['takes too much time', new PackagingFailed('Too long.', { reason: 'time' }), 'packaging_failed'],
    ['is no video', new MediaRefused('no_video', 'No video.'), 'no_video'],
    ['is refused', new UploadRefused('No.', { code: 'terms_differ' }), 'terms_differ'],
  ];
  for (const [what, error, code] of causes) {
    it(`names what ${what}, at once`, async () => {
      await queued('a');
      failures = [error];
      start();
      const { problem, attempts } = await ended('a');
      expect({ code: problem?.code, attempts }).to.deep.equal({ code, attempts: 1 });
      await until('its source is deleted', () => !existsSync(sources.pathOf('a')));
    });
  }

  const others: [what: string, error: Error, code: string][] = [
    ['is away', new RetryableError('Away.'), 'internal_error'],
    ['finds the disk full', Object.assign(new BaseError('full'), { code: 'ENOSPC' }), 'storage_full'],
    ['meets a mistake of ours', new TypeError('What?'), 'internal_error'],
    ['has no file descriptor left', Object.assign(new BaseError('no'), { code: 'EMFILE' }), 'internal_error'],
  ];
  for (const [what, error, code] of others) {
    it(`gives up what ${what} after half an hour, and not before`, async () => {
      await queued('a');
      await queued('b');
      failures = [...Array(11).fill(error), undefined, ...Array(12).fill(error)];
      start();
      expect(await ended('a')).to.include({ state: 'packaged', attempts: 12 });
      const { state, attempts, problem } = await ended('b');
      expect({ state, attempts, code: problem?.code }).to.deep.equal({ state: 'failed', attempts: 12, code });
      await until('its source is deleted', () => !existsSync(sources.pathOf('b')));
    });
  }

  it('does not count what a host met before it ended', async () => {
    await queued('a');
    for (let starts = 0; starts < 12; starts += 1) await book.beginPackaging('a');
    failures = [crash(), new RetryableError('Away.')];
    start();
    expect(await ended('a')).to.include({ state: 'packaged', attempts: 15 });
  });

  it('is not hurried by what comes in while it waits to try again', async () => {
    await queued('a');
    failures = [new RetryableError('Away.')];
    const queue = start({ pauseMs: 60_000 });
    await until('it waits', () => logged.length === 1);
    for (let uploads = 0; uploads < 20; uploads += 1) {
      queue.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await book.packaging('a')).to.include({ state: 'packaging', attempts: 1 });
    await stop?.();
  });

  it('is worked on by one process at a time, which finds nothing of the one before', async () => {
    await queued('a');
    const theirs = lockFile(join(locks, 'queue'));
    mkdirSync(join(folder, 'a-work.77'));
    start();
    await until('it waits', () => told.length > 0);
    expect(told).to.deep.equal(['another process packages the uploads of this folder']);
    expect(await book.packaging('a')).to.include({ state: 'queued' });
    expect(readdirSync(folder)).to.deep.equal(['a', 'a-work.77']);
    theirs?.release();
    expect(await ended('a')).to.include({ state: 'packaged', attempts: 1 });
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('ends while another process works on it', async () => {
    const theirs = lockFile(join(locks, 'queue'));
    start();
    await stop?.();
    theirs?.release();
    expect(logged).to.deep.equal([]);
  });

  it('remembers what ended for as long as it may wait for its publication, and a week', async () => {
    const afterSec = 7 * 86_400 + 600;
    for (const [id, endedSec] of [
      ['a', NOON - afterSec - 1],
      ['b', NOON - afterSec],
    ] as const) {
      await queued(id);
      await book.failPackaging(id, { code: 'no_video', detail: 'No.' }, endedSec);
    }
    start();
    await until('it is forgotten', async () => (await book.packaging('a')) === null);
    expect(await book.packaging('b')).to.include({ id: 'b' });
  });

  it('names one whose file is gone', async () => {
    await queued('a');
    rmSync(sources.pathOf('a'));
    start();
    expect((await ended('a')).problem?.code).to.equal('upload_lost');
  });

  it('is stopped in the middle of one, which goes on with the next start', async () => {
    await queued('a');
    const { promise: isBegun, resolve: begun } = Promise.withResolvers<void>();
    start(
      {},
      {
        async *package(_: PackagingJob, { signal } = {}) {
          yield* [];
          begun();
          await new Promise((_resolve, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason)),
          );
        },
      },
    );
    await isBegun;
    await stop?.();
    expect(await book.packaging('a')).to.include({ state: 'packaging', attempts: 1 });
    expect(existsSync(sources.pathOf('a'))).to.equal(true);
    start();
    expect(await ended('a')).to.include({ state: 'packaged' });
  });
});

describe('createProgress()', () => {
  it('notes a part once a second at most, and only what is more', () => {
    let nowMs = 0;
    const noted: number[] = [];
    const progress = createProgress(
      async (part) => {
        noted.push(part);
        throw new BaseError('not noted');
      },
      { now: () => nowMs },
    );
    for (const [ms, part] of [
      [500, 0.1],
      [1_000, 0.2],
      [1_500, 0.3],
      [2_500, 0.205],
      [3_000, 0.4],
    ] as const) {
      nowMs = ms;
      progress(part);
    }
    expect(noted).to.deep.equal([0.2, 0.4]);
  });
});

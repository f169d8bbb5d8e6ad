import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { DiskTooSmall } from '../../../../indexer/lib/disk.ts';
import { isRunning } from '../../../../indexer/media/running.ts';
import { PIECE_BYTES, PIECES_AHEAD } from '../../../../indexer/uploads/packaging/worker/messages.ts';
import {
  createPackagingWorker,
  MediaRefused,
  PackagingFailed,
  type PackagingWorker,
  type PackagingWorkerOptions,
} from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import type { MediaFile } from '../../../../packager/media-file.ts';
import { node, runChild, startChild } from '../../../child.ts';
import { fileOf, makeVideo, realVideo } from '../../../packager/samples.ts';
import { rejected, rejection } from '../../../rejection.ts';
import { until } from '../../../until.ts';
import { hungryFile } from './hungry-file.ts';
import { jobFolder, taken } from './jobs.ts';

const BUSY = new URL('busy-worker.ts', import.meta.url);
const EBML_BYTES = 43;
const FTYP_BYTES = 32;
const COUNTING = new URL('counting-worker.ts', import.meta.url);

describe('the limits of the packaging worker', () => {
  const log = { info: () => {}, warn: () => {} };
  const workers: PackagingWorker[] = [];
  let folder: Awaited<ReturnType<typeof jobFolder>>;

  before(async () => {
    folder = await jobFolder();
  });

  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker[Symbol.asyncDispose]();
  });

  after(() => folder[Symbol.asyncDispose]());

  function workerWith(options: Partial<PackagingWorkerOptions>): PackagingWorker {
    const worker = createPackagingWorker({ log, disk: null, ...options });
    workers.push(worker);
    return worker;
  }

  const limited = {
    'of its heap': { heapMb: 32, memoryMb: 4_096 },
    ...(process.platform === 'linux' && { 'of all memory': { heapMb: 4_096, memoryMb: 160 } }),
  };
  for (const [which, limits] of Object.entries(limited)) {
    it(`holds against a file that takes more ${which}`, async () => {
      const hungry = hungryFile(await realVideo(), 500_000);
      const worker = workerWith({ limits: { packaging: limits, describing: limits } });
      const job = await folder.jobOf(hungry);
      expect(await rejected(taken(worker.package(job)), PackagingFailed)).to.include({ reason: 'memory' });
      expect(await worker.describe(fileOf(hungry))).to.equal(null);
      expect(await worker.describe(fileOf(await realVideo()))).to.include({ width: 640 });
    });
  }

  it('knows nothing of the environment, and goes before the host does', async function () {
    if (process.platform !== 'linux') this.skip();
    const file = fileOf(await realVideo());
    process.env.SECRET_OF_A_TEST = 'a secret';
    const seen: unknown[] = [];
    const read: typeof file.read = (start, end) => {
      const of = (name: string) => procFile(workerOf(process.pid) ?? '', name).trim();
      seen.push(of('environ').includes('PATH='), of('environ').includes('a secret'));
      seen.push(of('oom_score_adj'), of('coredump_filter'));
      return file.read(start, end);
    };
    await workerWith({}).describe({ ...file, read });
    delete process.env.SECRET_OF_A_TEST;
    expect(seen.slice(0, 4)).to.deep.equal([true, false, '1000', '00000000']);
  });

  it('ends a file that takes for ever', async () => {
    const worker = workerWith({ entry: BUSY, limits: { patienceMs: 300 } });
    const job = await folder.jobOf('');
    expect(await rejected(taken(worker.package(job)), PackagingFailed)).to.include({ reason: 'time' });
    expect(await worker.describe(fileOf('a text, no video'))).to.equal(null);
  });

  it('ends what reads its file again and again', async () => {
    const worker = workerWith({ limits: { maxReadings: 0 } });
    expect(await worker.describe(fileOf(await realVideo()))).to.equal(null);
  });

  it('has the host read little at a time, whatever a file asks for at once', async () => {
    const header = Buffer.from(await makeVideo('mkv')).subarray(0, EBML_BYTES);
    const attachments = Buffer.from('1853806701ffffffffffffff1941a4690100000002000000', 'hex');
    const file = zerosAfter([header, attachments], 0x2000000);
    expect(await workerWith({}).describe(file)).to.equal(null);
    expect(Math.max(...file.reads)).to.equal(1024 ** 2);
  });

  it('has the host read few times, however many parts a file has, and however little is asked for', async () => {
    const ftyp = Buffer.from(await realVideo()).subarray(0, FTYP_BYTES);
    const free = Buffer.from('0000000866726565', 'hex');
    const boxes = zerosAfter([ftyp, ...new Array<Buffer>(100_000).fill(free)], 0);
    expect(await workerWith({}).describe(boxes)).to.equal(null);
    expect(boxes.reads.length).to.be.within(10, 50);
    const sipped = zerosAfter([ftyp], 1_000);
    const sipping = new URL('sipping-worker.ts', import.meta.url);
    expect(await workerWith({ entry: sipping, limits: { maxReadings: 0.1 } }).describe(sipped)).to.equal(
      null,
    );
    expect(sipped.reads.length).to.be.within(1, 110);
  });

  it('takes no more from it than may come of a file', async () => {
    const worker = workerWith({
      entry: new URL('pouring-worker.ts', import.meta.url),
      limits: { roomBytes: 2 ** 20 },
    });
    const { path, ...job } = await folder.jobOf('x'.repeat(100_000));
    const other = (await folder.jobOf('x'.repeat(300_000))).path;
    for (const [more, times] of [
      [{}, 2],
      [{ pictures: other }, 2 + 6],
      [{ smaller: [other, other] }, 2 * 3 + 2 * 6],
    ] as const) {
      let takenBytes = 0;
      const pour = async () => {
        for await (const { content } of worker.package({ path, ...job, ...more })) {
          for await (const bytes of content) takenBytes += bytes.length;
        }
      };
      expect(await rejected(pour(), MediaRefused)).to.include({ reason: 'damaged' });
      const maxBytes = 2 ** 20 + times * 100_000;
      expect(takenBytes).to.be.within(maxBytes - PIECE_BYTES, maxBytes);
    }
  });

  it('packages nothing that the disk is too small for', async () => {
    const asked: number[] = [];
    const requireRoom = async (bytes: number) => {
      asked.push(bytes);
      throw new DiskTooSmall(bytes, 0);
    };
    const worker = workerWith({ entry: BUSY, disk: { requireRoom } });
    const [job, other] = [await folder.jobOf('a video'), await folder.jobOf('another')];
    await rejected(taken(worker.package({ ...job, smaller: [other.path] })), DiskTooSmall);
    expect(asked).to.deep.equal([7 + 7 + 7]);
  });

  it('lets the next have its turn when no process starts', async () => {
    const worker = workerWith({ entry: new URL('data:text/javascript,') });
    const job = await folder.jobOf('');
    for (const _ of [1, 2]) {
      expect(await rejection(taken(worker.package(job)))).to.include({ retryable: true });
    }
  });

  it('says that its work may go well later where the system has nothing left for a process', async () => {
    const script = 'ulimit -n 100; exec "$0" test/indexer/uploads/packaging/without-descriptors.ts';
    const { how, stdout, stderr } = await runChild(['sh', '-c', script, process.execPath]);
    expect(stderr).to.equal('');
    expect(stdout.trim().split('\n')).to.deep.equal(['later', 'later', 'later', 'well', 'well', 'well']);
    expect(how).to.equal(0);
  });

  it('says that its process has ended', async () => {
    const worker = workerWith({ entry: BUSY });
    const job = await folder.jobOf('');
    const failing = rejected(taken(worker.package(job)), PackagingFailed);
    process.kill(await pidBeside(job.path), 'SIGKILL');
    expect(await failing).to.include({ reason: 'crash' });
  });

  it('ends at once when it is told to, also while others are before it', async () => {
    const worker = workerWith({ entry: BUSY });
    const job = await folder.jobOf('');
    const stopping = new AbortController();
    const first = rejection(taken(worker.package(job, { signal: stopping.signal })));
    const second = rejection(taken(worker.package(job, { signal: AbortSignal.abort(new Error('no more')) })));
    expect((await second).message).to.equal('no more');
    const pid = await pidBeside(job.path);
    stopping.abort(new Error('enough'));
    expect((await first).message).to.equal('enough');
    expect(isRunning(pid)).to.equal(false);
  });

  it('leaves no process when it is closed', async () => {
    const worker = createPackagingWorker({ log, disk: null, entry: BUSY });
    const job = await folder.jobOf('');
    const failing = rejection(taken(worker.package(job)));
    const pid = await pidBeside(job.path);
    await worker[Symbol.asyncDispose]();
    expect(isRunning(pid)).to.equal(false);
    expect(await failing).to.include({ message: 'This host is stopping.', retryable: true });
  });

  it('leaves no process when the host is killed, whatever a file does', async () => {
    const job = await folder.jobOf('');
    const host = startChild(node('test/indexer/uploads/packaging/busy-host.ts', job.path));
    const pid = await pidBeside(job.path);
    host.process.kill('SIGKILL');
    await host.gone;
    await until('the worker has ended', () => !isRunning(pid) || isZombie(pid));
  });

  it('works no further ahead than its pieces are taken', async () => {
    const video = await makeVideo('mp4', { seconds: 200, groupSec: 5 });
    const [slow, fast] = [await folder.jobOf(video), await folder.jobOf(video)];
    const entries = workerWith({ entry: COUNTING }).package(slow)[Symbol.asyncIterator]();
    await entries.next();
    await taken(workerWith({ entry: COUNTING }).package(fast));
    await until('the worker is ahead', () => sent(slow.path) >= PIECES_AHEAD);
    expect(sent(fast.path)).to.be.greaterThan(5 * PIECES_AHEAD);
    expect(sent(slow.path)).to.be.at.most(PIECES_AHEAD + 1);
    await entries.return?.();
  });
});

/** A file that begins so, and tells how much of it was read at a time. */
function zerosAfter(parts: readonly Buffer[], zeros: number): MediaFile & { reads: number[] } {
  const head = Buffer.concat(parts);
  const reads: number[] = [];
  return {
    reads,
    sizeBytes: head.length + zeros,
    async read(start, end) {
      reads.push(end - start);
      const bytes = Buffer.alloc(end - start);
      bytes.set(head.subarray(start, end));
      return bytes;
    },
  };
}

function sent(path: string): number {
  return existsSync(`${path}.sent`) ? readFileSync(`${path}.sent`, 'utf8').length : 0;
}

/** The worker of this process that runs. */
function workerOf(parent: number): string | undefined {
  const isOwn = (pid: string) => procFile(pid, 'status').includes(`\nPPid:\t${parent}\n`);
  return readdirSync('/proc').find(
    (pid) => isOwn(pid) && procFile(pid, 'cmdline').includes('worker-main.ts'),
  );
}

/** Ended, though whoever adopted it has not asked about that yet. */
function isZombie(pid: number): boolean {
  return / Z \d+ /.test(procFile(pid, 'stat'));
}

/** What Linux says of a process; nothing of what is none, and on other systems. */
function procFile(pid: number | string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

async function pidBeside(path: string): Promise<number> {
  const read = () => (existsSync(`${path}.pid`) ? readFileSync(`${path}.pid`, 'utf8') : '');
  await until('the worker is busy', () => read().endsWith('\n'));
  return Number(read());
}

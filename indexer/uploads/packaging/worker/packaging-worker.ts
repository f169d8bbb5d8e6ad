import { stat } from 'node:fs/promises';
import type { BaseLogger } from 'pino';
import type { MediaDescription } from '../../../../packager/describe-media.ts';
import { MediaRefused } from '../../../../packager/errors.ts';
import type { MediaFile } from '../../../../packager/media-file.ts';
import type { MediaPlan } from '../../../../packager/plan-media.ts';
import type { Disk } from '../../../lib/disk.ts';
import type { FileEntry } from '../../../media/storage.ts';
import { PackagingFailed, WORDS } from './errors.ts';
import type { FromWorker, PackagingJob, Piece, PlanningJob } from './messages.ts';
import type { WorkerLimits, WorkerProcess } from './worker-process.ts';
import { WorkerSlot } from './worker-slot.ts';

export type { MediaDescription } from '../../../../packager/describe-media.ts';
export { MediaRefused, type RefusalReason } from '../../../../packager/errors.ts';
export type { MediaPlan } from '../../../../packager/plan-media.ts';
export { PackagingFailed } from './errors.ts';
export type { PackagingJob, PlanningJob } from './messages.ts';

export interface PackagingOptions {
  signal?: AbortSignal;
  /** How much is done, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** Reads strangers' videos in processes of their own, within limits of memory and time. */
export interface PackagingWorker extends AsyncDisposable {
  /**
   * The video as a directory; see `packageMedia`. One at a time, others wait. The process works as far ahead as its
   * pieces are taken.
   * @throws {MediaRefused}, {PackagingFailed}, {DiskTooSmall}, the signal's reason
   */
  package(job: PackagingJob, options?: PackagingOptions): AsyncIterable<FileEntry>;
  /** How `package` will cut the file, see `planMedia`. @throws as `package` */
  plan(job: PlanningJob, options?: { signal?: AbortSignal }): Promise<MediaPlan>;
  /**
   * What plays in a file, also while another is packaged; `null` where that is no video, or took too much to find out.
   * Throws what `source` throws, and the signal's reason.
   */
  describe(source: MediaFile, options?: { signal?: AbortSignal }): Promise<MediaDescription | null>;
}

export interface PackagingWorkerOptions {
  log: Pick<BaseLogger, 'info' | 'warn'>;
  /** Where packaged videos are kept; `null` where another machine keeps them. */
  disk: Pick<Disk, 'requireRoom'> | null;
  /** For tests: other limits, and another process. */
  limits?: Partial<Limits>;
  entry?: URL;
}

interface Limits {
  packaging: WorkerLimits;
  describing: WorkerLimits;
  /** How long a packaging may make no progress, and a description may take without what its reading takes. */
  patienceMs: number;
  /** How often a file may be read, or a small one's first bytes. */
  maxReadings: number;
  /** What a packaged video may take, besides twice its files. */
  roomBytes: number;
}

const LIMITS: Limits = {
  // The largest segment that is taken, of 128 MiB, has it hold 1.25 GB.
  packaging: { heapMb: 512, memoryMb: 1_536 },
  describing: { heapMb: 512, memoryMb: 1_024 },
  patienceMs: 60_000,
  maxReadings: 4,
  roomBytes: 64 * 1024 ** 2,
};
const MIN_READ_BYTES = 64 * 1024 ** 2;
/** A store reads and checks a leaf, however little is asked for. */
const MIN_COST_BYTES = 64 * 1024;
const IDLE_MS = 10_000;
const ENTRY = new URL('worker-main.ts', import.meta.url);

export function createPackagingWorker(options: PackagingWorkerOptions): PackagingWorker {
  return new ForkedWorker(options);
}

class ForkedWorker implements PackagingWorker {
  readonly #log: PackagingWorkerOptions['log'];
  readonly #disk: PackagingWorkerOptions['disk'];
  readonly #limits: Omit<Limits, 'packaging' | 'describing'>;
  readonly #packaging: WorkerSlot;
  readonly #describing: WorkerSlot;

  constructor({ log, disk, limits, entry = ENTRY }: PackagingWorkerOptions) {
    const { packaging, describing, ...rest } = { ...LIMITS, ...limits };
    this.#log = log;
    this.#disk = disk;
    this.#limits = rest;
    this.#packaging = new WorkerSlot({ entry, limits: packaging, idleMs: 0 }); // and so each its own secret
    this.#describing = new WorkerSlot({ entry, limits: describing, idleMs: IDLE_MS });
  }

  package(job: PackagingJob, options: PackagingOptions = {}): AsyncIterable<FileEntry> {
    return entriesOf(this.#pieces(job, options));
  }

  async plan(job: PlanningJob, { signal }: { signal?: AbortSignal } = {}): Promise<MediaPlan> {
    await using turn = await this.#packaging.take(signal);
    const { process } = turn;
    process.send({ kind: 'plan', job });
    for (;;) {
      const message = await process.next(turn.signal, this.#limits.patienceMs);
      if (message.kind === 'progress') this.#checkReadings(process, message, 1);
      else {
        turn.done();
        if (message.kind === 'planned') return message.plan;
        throw this.#thrownBy(message);
      }
    }
  }

  async describe(source: MediaFile, { signal }: { signal?: AbortSignal } = {}) {
    try {
      return await this.#describe(source, signal);
    } catch (error) {
      if (!(error instanceof PackagingFailed)) throw error;
      this.#log.warn({ err: error }, 'a file can not be described');
      return null;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#packaging, this.#describing].map((slot) => slot[Symbol.asyncDispose]()));
  }

  async *#pieces(job: PackagingJob, { signal, onProgress }: PackagingOptions): AsyncGenerator<Piece> {
    await using turn = await this.#packaging.take(signal);
    const { process } = turn;
    const bytes = await bytesOf(job);
    await this.#disk?.requireRoom(bytes);
    let leftBytes = 2 * bytes + this.#limits.roomBytes;
    process.send({ kind: 'package', job });
    for (;;) {
      const message = await process.next(turn.signal, this.#limits.patienceMs);
      if (message.kind === 'progress') {
        this.#checkReadings(process, message, 1 + (job.smaller ?? []).length);
        onProgress?.(message.part);
      } else if (message.kind === 'entry' || message.kind === 'chunk') {
        if (message.kind === 'chunk') leftBytes -= message.bytes.length;
        if (leftBytes < 0)
          throw new MediaRefused('damaged', 'The file is damaged: it would become many times its size.');
        yield message;
        process.send({ kind: 'more' });
      } else {
        turn.done();
        if (message.kind === 'packaged') return onProgress?.(1);
        throw this.#thrownBy(message);
      }
    }
  }

  async #describe(source: MediaFile, signal?: AbortSignal): Promise<MediaDescription | null> {
    await using turn = await this.#describing.take(signal);
    const { process } = turn;
    const { sizeBytes } = source;
    process.send({ kind: 'describe', sizeBytes });
    let leftMs = this.#limits.patienceMs;
    let leftBytes = this.#limits.maxReadings * Math.max(sizeBytes, MIN_READ_BYTES);
    for (;;) {
      const since = performance.now();
      const message = await process.next(turn.signal, leftMs);
      leftMs = Math.max(0, leftMs - (performance.now() - since));
      if (message.kind === 'read') {
        const { id, start, end } = message;
        leftBytes -= Math.max(end - start, MIN_COST_BYTES);
        if (leftBytes < 0) process.fail('time');
        else process.send({ kind: 'bytes', id, bytes: await source.read(start, end) });
      } else {
        turn.done();
        if (message.kind === 'described') return message.description;
        throw this.#thrownBy(message);
      }
    }
  }

  #checkReadings(process: WorkerProcess, { readings }: { readings: number }, passes: number): void {
    if (readings > this.#limits.maxReadings * passes) process.fail('time');
  }

  #thrownBy(message: FromWorker): Error {
    if (message.kind === 'refused') {
      const { reason, codec, cause } = message;
      if (cause !== null) this.#log.info({ reason, cause }, 'a video is refused');
      return new MediaRefused(reason, message.message, codec === null ? {} : { codec });
    }
    const cause = message.kind === 'failed' ? message.cause : message.kind;
    this.#log.warn({ cause }, 'a video can not be read');
    return new PackagingFailed(WORDS.crash, { reason: 'crash', cause });
  }
}

/** What there is of pictures and sound. It becomes little more: only packets of some bytes take as much again in an index. */
async function bytesOf({ path, pictures, smaller = [], captions = [] }: PackagingJob): Promise<number> {
  const sizeOf = async (file: string) => (await stat(file)).size;
  const others = [...smaller, ...(pictures === undefined ? [] : [pictures])];
  let bytes = (await sizeOf(path)) * (1 + smaller.length); // Each has the sound of the first.
  for (const other of others) bytes += await sizeOf(other);
  for (const { text } of captions) bytes += Buffer.byteLength(text);
  return bytes;
}

/** Pieces by entries. What is not read of one is passed over. */
async function* entriesOf(pieces: AsyncGenerator<Piece>): AsyncGenerator<FileEntry> {
  let next = await pieces.next();
  async function* content() {
    for (next = await pieces.next(); !next.done && next.value.kind === 'chunk'; next = await pieces.next()) {
      yield next.value.bytes;
    }
  }
  try {
    while (!next.done) {
      const { value: piece } = next;
      if (piece.kind === 'entry') yield { path: piece.path, content: content() };
      if (!next.done && (next.value === piece || next.value.kind === 'chunk')) next = await pieces.next();
    }
  } finally {
    await pieces.return(undefined);
  }
}

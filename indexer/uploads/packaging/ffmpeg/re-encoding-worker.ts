import { mkdir, rm } from 'node:fs/promises';
import type { BaseLogger } from 'pino';
import type { Disk } from '../../../lib/disk.ts';
import type { FileEntry } from '../../../media/storage.ts';
import { workFolderOf } from '../names.ts';
import type { PackagingJob, PackagingOptions, PackagingWorker } from '../worker/packaging-worker.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { Preparation } from './preparation.ts';

export interface ReEncodingOptions {
  /** @returns `null` where there is none: then nothing is re-encoded. */
  find(): Promise<Ffmpeg | null>;
  /** Further renditions: how many lines the shorter side has. Those that are not smaller are left out. */
  renditions: readonly number[];
  /** What is made has to fit beside the rest. */
  disk: Pick<Disk, 'requireRoom'>;
  log: Pick<BaseLogger, 'warn'>;
}

/**
 * A worker that has `ffmpeg` do what packets that are copied can't give: smaller renditions, a poster, key frames where
 * there are too few. Until they are packaged, its files lie open beside the one that is, in a folder of their own.
 */
export function createReEncodingWorker(worker: PackagingWorker, options: ReEncodingOptions): PackagingWorker {
  return {
    package: (job, packagingOptions) => packaged(worker, options, job, packagingOptions),
    plan: (job, planOptions) => worker.plan(job, planOptions),
    describe: (source, describeOptions) => worker.describe(source, describeOptions),
    [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
  };
}

async function* packaged(
  worker: PackagingWorker,
  { find, ...deps }: ReEncodingOptions,
  job: PackagingJob,
  options: PackagingOptions = {},
): AsyncGenerator<FileEntry> {
  const ffmpeg = await find();
  if (ffmpeg === null) return yield* worker.package(job, options);
  const folder = workFolderOf(job.path);
  await mkdir(folder, { mode: 0o700 });
  try {
    const preparation = new Preparation({ ...deps, worker, ffmpeg, folder }, job, options);
    const prepared = await preparation.run();
    yield* worker.package(prepared, { ...options, onProgress: (part) => preparation.packaged(part) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

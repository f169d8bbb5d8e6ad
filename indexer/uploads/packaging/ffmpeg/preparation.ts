import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseLogger } from 'pino';
import { isJpeg } from '../../../../packager/source/checks/first-bytes.ts';
import { type Disk, DiskTooSmall } from '../../../lib/disk.ts';
import {
  type MediaPlan,
  MediaRefused,
  type PackagingJob,
  type PackagingOptions,
  type PackagingWorker,
} from '../worker/packaging-worker.ts';
import { encodingArgs, maxBytes, ownSize, posterArgs, type Size, smallerSize } from './arguments.ts';
import { FfmpegFailed } from './errors.ts';
import type { Ffmpeg, RunOptions } from './ffmpeg.ts';

export interface PreparationDeps {
  worker: Pick<PackagingWorker, 'plan'>;
  ffmpeg: Ffmpeg;
  renditions: readonly number[];
  disk: Pick<Disk, 'requireRoom'>;
  log: Pick<BaseLogger, 'warn'>;
  /** Where its files are written: nobody else's. */
  folder: string;
}

const POSTER_MS = 60_000;
const MAX_POSTER_BYTES = 2 * 1024 ** 2;
/** How much longer than the video its encoding may take, on a small machine, after some time for the start. */
const MAX_SLOWNESS = 20;
const START_MS = 60_000;
/** However long it says it is: others wait. All encodings of a video together. */
const MAX_ENCODING_MS = 6 * 3_600_000;
/** 2,160 lines. */
const MAX_PIXELS = 3_840 * 2_160;
/** ffmpeg is told them on its command line. */
const MAX_SEGMENTS = 10_000;
/** How much longer pictures are encoded than packaged, for the progress. */
const ENCODING_WEIGHT = 20;

/** What ffmpeg makes for one packaging. What it fails at is left out: a video without a rendition is one, too. */
export class Preparation {
  readonly #deps: PreparationDeps;
  readonly #job: PackagingJob;
  readonly #options: PackagingOptions;
  #encodings = 0;
  #encoded = 0;

  constructor(deps: PreparationDeps, job: PackagingJob, options: PackagingOptions) {
    this.#deps = deps;
    this.#job = job;
    this.#options = options;
  }

  /** @returns the job with the files that were made for it. @throws as {@link PackagingWorker.plan} */
  async run(): Promise<PackagingJob> {
    const own = await this.#plan();
    const canEncode = own.width * own.height <= MAX_PIXELS;
    const isRare = own.startsSec === null && canEncode;
    const sizes = canEncode ? this.#sizesOf(own) : [];
    this.#encodings = sizes.length + (isRare ? 1 : 0);
    const replaced = isRare ? await this.#pictures(own) : null;
    const { plan, ...pictures } = replaced ?? { plan: own };
    const smaller: string[] = [];
    for (const size of plan.startsSec === null ? [] : sizes) {
      const made = await this.#encode(`${size.height}.mp4`, { ...own, startsSec: plan.startsSec }, size);
      if (made !== null) smaller.push(made);
    }
    const poster = this.#job.poster ?? (await this.#poster(own));
    return { ...this.#job, smaller, ...pictures, ...(poster && { poster }) };
  }

  /** Takes how much is packaged, after that. */
  packaged(part: number): void {
    this.#tell(this.#encodings * ENCODING_WEIGHT + part);
  }

  #plan(pictures?: string): Promise<MediaPlan> {
    const { path, secret, previewSec } = this.#job;
    const job = { path, previewSec: secret === null ? 0 : previewSec, ...(pictures && { pictures }) };
    return this.#deps.worker.plan(job, this.#options);
  }

  #sizesOf(plan: MediaPlan): Size[] {
    const { renditions, log } = this.#deps;
    if ((plan.startsSec?.length ?? 0) > MAX_SEGMENTS) {
      log.warn({ segments: plan.startsSec?.length }, 'a video is too long for smaller renditions');
      return [];
    }
    return renditions.flatMap((lines) => smallerSize(plan, lines) ?? []);
  }

  /** The same pictures with more key frames, and how they will be cut. */
  async #pictures(own: MediaPlan): Promise<{ pictures: string; plan: MediaPlan } | null> {
    const pictures = await this.#encode('pictures.mp4', own, ownSize(own));
    if (pictures === null) return null;
    try {
      return { pictures, plan: await this.#plan(pictures) };
    } catch (error) {
      if (!(error instanceof MediaRefused)) throw error;
      this.#deps.log.warn({ err: error }, 'ffmpeg made no pictures that can be packaged');
      return null;
    }
  }

  async #encode(name: string, plan: MediaPlan, size: Size): Promise<string | null> {
    const output = join(this.#deps.folder, name);
    const isMade = await this.#run(encodingArgs(this.#job.path, plan, size, output), {
      maxFileBytes: maxBytes(size, plan),
      maxMs: Math.min(START_MS + plan.durationSec * 1_000 * MAX_SLOWNESS, MAX_ENCODING_MS / this.#encodings),
      onProgress: (doneSec) => {
        const part = Math.min(1, doneSec / Math.max(1, plan.durationSec));
        this.#tell((this.#encoded + part) * ENCODING_WEIGHT);
      },
    });
    this.#encoded += 1;
    return isMade ? output : null;
  }

  async #poster(plan: MediaPlan): Promise<Uint8Array<ArrayBuffer> | null> {
    const output = join(this.#deps.folder, 'poster.jpg');
    const limits = { maxFileBytes: MAX_POSTER_BYTES, maxMs: POSTER_MS };
    if (!(await this.#run(posterArgs(this.#job.path, plan, output), limits))) return null;
    const bytes = new Uint8Array(await readFile(output));
    return isJpeg(bytes) ? bytes : null; // Where no picture could be decoded it is empty.
  }

  /** @returns whether it went well. */
  async #run(args: string[], options: Omit<RunOptions, 'folder' | 'signal'>): Promise<boolean> {
    const { ffmpeg, folder, disk, log } = this.#deps;
    const { signal } = this.#options;
    try {
      await disk.requireRoom(options.maxFileBytes);
      await ffmpeg.run(args, { folder, signal, ...options });
      return true;
    } catch (error) {
      if (!(error instanceof FfmpegFailed || error instanceof DiskTooSmall)) throw error;
      log.warn({ err: error }, 'ffmpeg could not do something of a video, which goes on without it');
      return false;
    }
  }

  #tell(done: number): void {
    this.#options.onProgress?.(done / (this.#encodings * ENCODING_WEIGHT + 1));
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { canonicalCid } from '../../lib/cid.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import type { FileLock } from '../../lib/locks/file-lock.ts';
import { createWakeSignal } from '../../lib/wake-signal.ts';
import type { AddedMedia, AddOptions } from '../../media/storage.ts';
import { contentSecretOf, uploadSecretOf } from '../../secrets/names.ts';
import type { SealingKey } from '../../secrets/seal.ts';
import type {
  DuePackaging,
  Packaged,
  Packaging,
  PackagingLane,
  Packagings,
  StagedUploads,
} from '../../store/book.ts';
import { nameForStorage, nameOnce } from '../naming.ts';
import { SourceLost } from './errors.ts';
import { type KeepingDeps, keepAsItIs, keepPackaged } from './keeping.ts';
import { isWorthAnotherTry, problemOf } from './problem.ts';
import { createProgress } from './progress.ts';

/** What stands before and behind an upload that is packaged, where contents are published and served. */
export interface PackagingHooks {
  /**
   * Before storage keeps it.
   * @param of `isFirst`: no earlier try has come so far. @throws what `problemOf` knows, and what a later try may not throw
   */
  check(upload: Packaging, packaged: AddedMedia, of: { isFirst: boolean }): Promise<void>;
  /** Once it waits for its publication; may be called again after a crash. @throws as `check` */
  finish(upload: Packaging, packaged: Packaged): Promise<void>;
}

export interface PackagingQueueDeps extends KeepingDeps {
  book: Packagings & StagedUploads;
  /** By default that of what is packaged. */
  lane?: PackagingLane;
  /** Of the processes that share the queue one works on it at a time. @returns `null` for the others */
  lock(): FileLock | null;
  key: SealingKey;
  hooks: PackagingHooks;
  /** How long an upload waits for its publication. */
  stageSec: number;
  /** After what may go well later; for tests: another. */
  pauseMs?: number;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
}

/** After what may go well later: the first pause, and the longest. */
const PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 300_000;
/** What ended can be asked for so long, behind the time that it may wait for its publication. */
const REMEMBERED_SEC = 7 * 86_400;
/** Another process may have taken some. */
const LOOK_EVERY_MS = 10_000;
/** Whether another process works on the queue. */
const LOCK_EVERY_MS = 250;

/** Packages the uploads of a lane, or keeps them as they are, one after the other, in the order in which they came; what a crash or a stop interrupts is begun anew. */
export class PackagingQueue {
  readonly #deps: PackagingQueueDeps;
  readonly #lane: PackagingLane;
  readonly #stopping = new AbortController();
  readonly #wakeSignal = createWakeSignal();
  /** Of the first in the queue, one after the other, of whatever kind, that a later try may not meet. */
  readonly #failures: unknown[] = [];

  constructor(deps: PackagingQueueDeps) {
    this.#deps = deps;
    this.#lane = deps.lane ?? 'packaged';
  }

  /** @returns what ends it; what is under way goes on at the next start. */
  start(): () => Promise<void> {
    const running = this.#run();
    return async () => {
      this.#stopping.abort(new Error('the host is stopping'));
      await running;
    };
  }

  /** There is something new in it. */
  wake(): void {
    this.#wakeSignal.wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let isTold = false;
    while (!signal.aborted) {
      try {
        const lock = this.#deps.lock();
        if (lock === null && !isTold) {
          this.#deps.log.info({}, 'another process packages the uploads of this folder');
          isTold = true;
        }
        if (lock === null) await pause(LOCK_EVERY_MS, signal);
        else await this.#work().finally(() => lock.release());
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'the queue of uploads could not be begun, trying again');
        await pause(PAUSE_MS, signal);
      }
    }
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    if (this.#lane === 'packaged') await this.#deps.sources.sweepWork();
    while (!signal.aborted) {
      const pauseMs = await this.#next().catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'the queue of uploads could not go on, trying again');
        return PAUSE_MS;
      });
      if (this.#failures.length > 0) await pause(pauseMs, signal);
      else if (pauseMs > 0) await this.#wakeSignal.wait(pauseMs, signal);
    }
  }

  /** @returns how long to wait before the next. */
  async #next(): Promise<number> {
    const { book, stageSec, nowSec } = this.#deps;
    const upload = await book.nextPackaging(this.#lane);
    if (upload === null) {
      this.#failures.length = 0;
      await book.forgetPackagings(nowSec() - stageSec - REMEMBERED_SEC);
      return LOOK_EVERY_MS;
    }
    await book.beginPackaging(upload.id);
    crashPoint('packaging.begun');
    try {
      await this.#advance(upload);
      this.#failures.length = 0;
      return 0;
    } catch (error) {
      return await this.#failedBy(error, upload);
    }
  }

  async #advance(upload: DuePackaging): Promise<void> {
    const { book, sources, hooks, log, nowSec } = this.#deps;
    const { id } = upload;
    const packaged: Packaged = upload.packaged ?? (await this.#package(upload));
    await sources.remove(id);
    crashPoint('packaging.cleared');
    await hooks.finish(upload, packaged);
    crashPoint('packaging.finished');
    await book.endPackaging(id, nowSec());
    const { attempts } = upload;
    log.info({ upload: id, cid: packaged.cid, attempts: attempts + 1 }, 'an upload is packaged');
  }

  async #package(upload: DuePackaging): Promise<Packaged> {
    const { book, sources, key, hooks, stageSec, nowSec } = this.#deps;
    const { id, owner, videoName } = upload;
    if (!(await sources.has(id))) throw new SourceLost();
    const secret = upload.secret && key.open(upload.secret, uploadSecretOf(id));
    const { signal } = this.#stopping;
    const onProgress = createProgress((part) => book.notePackaged(id, part));
    const beforeKept: AddOptions['beforeKept'] = async (media) => {
      const { cid, sizeBytes } = media;
      const named = await book.uploadsOf(canonicalCid(cid) ?? cid);
      await hooks.check(upload, media, { isFirst: named.every((each) => each.id !== id) });
      await nameForStorage(() => nameOnce(book, { id, videoName, cid, sizeBytes }, nowSec()));
      crashPoint('packaging.named');
    };
    const options = { signal, onProgress, beforeKept };
    const packaged = await (upload.keptIn === null
      ? keepPackaged(this.#deps, { ...upload, secret }, options)
      : keepAsItIs(this.#deps, upload, options));
    crashPoint('packaging.added');
    const { cid } = packaged;
    const cidKey = canonicalCid(cid) ?? cid;
    const kept = secret && key.seal(secret, contentSecretOf(cidKey, owner));
    const now = nowSec();
    const times = { nowSec: now, expiresAtSec: now + stageSec };
    const isStaged = await book.stagePackaged(id, { ...packaged, cidKey, secret: kept }, times);
    if (!isStaged) throw new SourceLost();
    crashPoint('packaging.staged');
    return packaged;
  }

  async #failedBy(error: unknown, upload: Packaging): Promise<number> {
    if (this.#stopping.signal.aborted) return 0;
    const { book, sources, pauseMs = PAUSE_MS, log, nowSec } = this.#deps;
    const { id } = upload;
    const times = this.#failures.push(error);
    if (isWorthAnotherTry(this.#failures)) {
      log.warn({ err: error, upload: id, failures: times }, 'an upload is packaged later');
      return Math.min(pauseMs * 2 ** (times - 1), MAX_PAUSE_MS);
    }
    const problem = problemOf(error);
    log.warn({ err: error, upload: id, code: problem.code }, 'an upload is not packaged');
    await book.failPackaging(id, problem, nowSec());
    crashPoint('packaging.failed');
    this.#failures.length = 0;
    await sources.remove(id);
    return 0;
  }
}

/** Whatever comes in meanwhile: it would be no news of what failed. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

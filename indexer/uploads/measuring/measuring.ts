import type { BaseLogger } from 'pino';
import type { MediaFile } from '../../../packager/media-file.ts';
import { FIRST_BYTES, mayBeVideo } from '../../../packager/source/checks/first-bytes.ts';
import { codesOf } from '../../lib/disk.ts';
import { BaseError } from '../../lib/errors.ts';
import { type PackagedVideo, packagedVideo } from '../../media/packaged.ts';
import { MediaNotFound, type MediaStat, type MediaStorage } from '../../media/storage.ts';
import type { MeasuredMedia, MediaFacts } from '../../store/book.ts';
import type { PackagingWorker } from '../packaging/worker/packaging-worker.ts';
import type { DueMedia } from './ledger.ts';

export interface MeasuringDeps {
  book: MediaFacts;
  storage: Pick<MediaStorage, 'stat' | 'find' | 'read'>;
  worker: Pick<PackagingWorker, 'describe'>;
  due: DueMedia;
  log: Pick<BaseLogger, 'warn'>;
  nowSec(): number;
}

/** Storage that is away may be back then. */
const RETRY_MS = 60_000;

/**
 * Measures what is kept here, one after the other, and first what was not measured when the host ended.
 * @returns what ends it
 */
export function startMeasuring(deps: MeasuringDeps): () => Promise<void> {
  const stopping = new AbortController();
  const running = measureAll(deps, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function measureAll(deps: MeasuringDeps, signal: AbortSignal): Promise<void> {
  const { due, log } = deps;
  let areKnown = false;
  while (!signal.aborted) {
    areKnown = areKnown || (await findUnmeasured(deps));
    for (const cidKey of [...due.cidKeys]) {
      if (signal.aborted) return;
      due.cidKeys.delete(cidKey);
      await measureOrForget(deps, cidKey, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        log.warn({ err: error, cid: cidKey }, 'media could not be measured');
        if (isWorthAnotherTry(error)) due.cidKeys.add(cidKey);
      });
    }
    await due.news.wait(RETRY_MS, signal);
  }
}

/** What was not measured when the host ended. @returns whether that is known now */
async function findUnmeasured({ book, due, log }: MeasuringDeps): Promise<boolean> {
  try {
    for (const cidKey of await book.unmeasuredMedia()) due.cidKeys.add(cidKey);
    return true;
  } catch (error) {
    log.warn({ err: error }, 'what is to be measured is not known yet, trying again');
    return false;
  }
}

/** Whether storage was away, or the records could not be written. */
function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof BaseError && error.retryable) return true;
  return codesOf(error).some((code) => code.startsWith('SQLITE_'));
}

async function measureOrForget(deps: MeasuringDeps, cidKey: string, signal: AbortSignal): Promise<void> {
  try {
    await measure(deps, cidKey, signal);
  } catch (error) {
    if (!(error instanceof MediaNotFound)) throw error;
    await deps.book.forgetMedia(cidKey); // It went while it was read.
  }
}

async function measure(
  { book, storage, worker, nowSec }: MeasuringDeps,
  cidKey: string,
  signal: AbortSignal,
): Promise<void> {
  const noted = await book.mediaFacts(cidKey);
  if (noted === null) return;
  const stat = await storage.stat(cidKey);
  // What was noted and not kept, or is lost.
  if (stat === null) return await book.forgetMedia(cidKey);
  if (noted.measured !== null) return;
  if (noted.kind === null) await book.noteMedia({ cidKey, ...stat });
  const facts =
    stat.kind === 'directory'
      ? factsOf(await packagedVideo(storage, cidKey, signal))
      : await fileFacts(mediaFile(storage, cidKey, stat, signal), worker, signal);
  await book.measureMedia(cidKey, { ...facts, measuredAtSec: nowSec() });
}

type Facts = Omit<MeasuredMedia, 'measuredAtSec'>;

const NO_VIDEO: Facts = { video: null, packaging: null };

function factsOf(packaged: PackagedVideo | null): Facts {
  if (packaged === null) return NO_VIDEO;
  const { durationSec, width, height, codecs, ...packaging } = packaged;
  return { video: { durationSec, width, height, codecs }, packaging };
}

async function fileFacts(file: MediaFile, worker: MeasuringDeps['worker'], signal: AbortSignal) {
  const first = await file.read(0, Math.min(FIRST_BYTES, file.sizeBytes));
  if (!mayBeVideo(first)) return NO_VIDEO;
  return { ...NO_VIDEO, video: await worker.describe(file, { signal }) };
}

function mediaFile(
  storage: MeasuringDeps['storage'],
  cid: string,
  { sizeBytes }: MediaStat,
  signal: AbortSignal,
): MediaFile {
  return {
    sizeBytes,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      let length = 0;
      for await (const chunk of storage.read(cid, { offset: start, length: end - start, signal })) {
        bytes.set(chunk, length);
        length += chunk.length;
      }
      return bytes;
    },
  };
}

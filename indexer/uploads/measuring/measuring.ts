import type { BaseLogger } from 'pino';
import type { MediaFile } from '../../../packager/media-file.ts';
import { FIRST_BYTES, mayBeVideo } from '../../../packager/source/checks/first-bytes.ts';
import { BaseError } from '../../lib/errors.ts';
import { type PackagedVideo, packagedVideo } from '../../media/packaged.ts';
import { MediaNotFound, type MediaStat, type MediaStorage } from '../../media/storage.ts';
import type { MeasuredMedia, MediaFacts } from '../../store/store.ts';
import type { PackagingWorker } from '../packaging/worker/packaging-worker.ts';
import type { DueMedia } from './ledger.ts';

export interface MeasuringDeps {
  store: MediaFacts;
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
  const running = measureAll(deps, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) deps.log.warn({ err: error }, 'media is not measured any more');
  });
  return async () => {
    stopping.abort();
    await running;
  };
}

async function measureAll(deps: MeasuringDeps, signal: AbortSignal): Promise<void> {
  const { store, due, log } = deps;
  for (const cidKey of await store.unmeasuredMedia()) due.cidKeys.add(cidKey);
  while (!signal.aborted) {
    for (const cidKey of [...due.cidKeys]) {
      due.cidKeys.delete(cidKey);
      try {
        await measure(deps, cidKey, signal);
      } catch (error) {
        if (signal.aborted) return;
        // It went while it was read.
        if (error instanceof MediaNotFound) await store.forgetMedia(cidKey);
        else log.warn({ err: error, cid: cidKey }, 'media could not be measured');
        if (error instanceof BaseError && error.retryable) due.cidKeys.add(cidKey);
      }
    }
    await due.news.wait(RETRY_MS, signal);
  }
}

async function measure(
  { store, storage, worker, nowSec }: MeasuringDeps,
  cidKey: string,
  signal: AbortSignal,
): Promise<void> {
  const noted = await store.mediaFacts(cidKey);
  if (noted === null) return;
  const stat = await storage.stat(cidKey);
  // What was noted and not kept, or is lost.
  if (stat === null) return await store.forgetMedia(cidKey);
  if (noted.measured !== null) return;
  if (noted.kind === null) await store.noteMedia({ cidKey, ...stat });
  const facts =
    stat.kind === 'directory'
      ? factsOf(await packagedVideo(storage, cidKey, signal))
      : await fileFacts(mediaFile(storage, cidKey, stat, signal), worker, signal);
  await store.measureMedia(cidKey, { ...facts, measuredAtSec: nowSec() });
}

type Facts = Omit<MeasuredMedia, 'measuredAtSec'>;

const NO_VIDEO: Facts = { video: null, packaging: null };

function factsOf(packaged: PackagedVideo | null): Facts {
  if (packaged === null) return NO_VIDEO;
  const { isProtected, previewSec, units, ...video } = packaged;
  return { video, packaging: { isProtected, previewSec, units } };
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

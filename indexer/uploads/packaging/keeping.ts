import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EthStorageError } from '../../media/ethstorage/errors.ts';
import type { MediaLibrary, StorageName } from '../../media/library.ts';
import type { AddedMedia, AddOptions } from '../../media/storage.ts';
import type { DuePackaging } from '../../store/book.ts';
import { UploadRefused } from './errors.ts';
import type { Sources } from './sources.ts';
import type { PackagingWorker } from './worker/packaging-worker.ts';

export interface KeepingDeps {
  storage: Pick<MediaLibrary, 'add' | 'addDirectory'>;
  worker: PackagingWorker;
  sources: Sources;
}

interface KeepingOptions extends Required<Pick<AddOptions, 'signal' | 'beforeKept'>> {
  /** Gets every part that is known: 0 to 1. */
  onProgress: (part: number) => void;
}

const READ_BYTES = 256 * 1024;

/** Has storage keep what a file is packaged as. @param upload `secret`: `null` where nothing of it is encrypted */
export async function keepPackaged(
  { storage, worker, sources }: KeepingDeps,
  {
    id,
    secret,
    previewSec,
    poster,
    captions,
  }: Omit<DuePackaging, 'secret'> & { secret: Uint8Array<ArrayBuffer> | null },
  { signal, onProgress, beforeKept }: KeepingOptions,
): Promise<AddedMedia> {
  const job = {
    path: sources.pathOf(id),
    secret,
    previewSec,
    captions,
    ...(poster && { poster: new Uint8Array(poster) }),
  };
  return await storage.addDirectory(worker.package(job, { signal, onProgress }), { signal, beforeKept });
}

/** Has storage keep a file as it is. @throws {UploadRefused} for what no later try would change */
export async function keepAsItIs(
  { storage, sources }: KeepingDeps,
  { id, keptIn }: DuePackaging,
  { signal, onProgress, beforeKept }: KeepingOptions,
): Promise<AddedMedia> {
  const path = sources.pathOf(id);
  const { size } = await stat(path);
  const content = createReadStream(path, { highWaterMark: READ_BYTES });
  try {
    return await storage.add(content, {
      signal,
      beforeKept,
      onProgress: (bytes) => onProgress(bytes / size),
      into: Promise.resolve(keptIn as StorageName),
    });
  } catch (error) {
    if (!(error instanceof EthStorageError) || error.retryable) throw error;
    throw new UploadRefused(`${error.message}.`, { code: 'ethstorage_failed', cause: error });
  } finally {
    content.destroy();
  }
}

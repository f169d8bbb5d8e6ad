import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPackagingWorker,
  type PackagingJob,
  type PackagingWorker,
} from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { all, SECRET } from '../../../packager/packaged.ts';

/** Files for a worker, in a folder that goes in the end. */
export async function jobFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'packaging-'));
  let files = 0;
  return {
    async jobOf(bytes: Uint8Array | string): Promise<PackagingJob> {
      const path = join(folder, `${++files}`);
      await writeFile(path, bytes);
      return { path, secret: SECRET, previewSec: 3 };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

export const SILENT = { info: () => {}, warn: () => {} };

/** A folder of jobs and a worker for all tests of the `describe` around it: there from before them until after them. */
export function useWorker() {
  const at = {} as { folder: Awaited<ReturnType<typeof jobFolder>>; worker: PackagingWorker };
  before(async () => {
    at.folder = await jobFolder();
    at.worker = createPackagingWorker({ log: SILENT, disk: null });
  });
  after(async () => {
    await at.worker[Symbol.asyncDispose]();
    await at.folder[Symbol.asyncDispose]();
  });
  return at;
}

/** The files that were packaged, by paths. */
export async function taken(entries: ReturnType<PackagingWorker['package']>): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const { path, content } of entries) files.set(path, Buffer.concat(await all(content)));
  return files;
}

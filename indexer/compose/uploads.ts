import { createDisk } from '../lib/disk.ts';
import { repeat } from '../lib/repeat.ts';
import { createExpiry } from '../uploads/expiry.ts';
import { startMeasuring } from '../uploads/measuring/measuring.ts';
import { createPackagingWorker } from '../uploads/packaging/worker/packaging-worker.ts';
import { createStaging, NO_QUOTA } from '../uploads/staging.ts';
import type { Infrastructure } from './infrastructure.ts';

const EXPIRY_PAUSE_MS = 60_000;

/** @param parts takes what is to be closed */
export function openUploads(infrastructure: Infrastructure, parts: AsyncDisposableStack) {
  const { config, network, overrides, storage, log } = infrastructure;
  const expire = createExpiry(infrastructure);
  // A node of its own has a disk of its own.
  const disk = storage.ipfs.name === 'files' ? createDisk(config.dataDir) : null;
  const worker = parts.use(createPackagingWorker({ log, disk }));
  parts.defer(startMeasuring({ ...infrastructure, worker, due: infrastructure.dueMedia }));
  const quota = network.unsigned ? NO_QUOTA : config.uploadQuota;
  return {
    staging: createStaging({ ...infrastructure, quota, stageSec: config.uploadStageSec, expire }),
    worker,
    /** One run of the job that removes uploads which are over. */
    expire,
    /** Runs it again and again. @returns what ends it */
    start: () => repeat(overrides.expiryPauseMs ?? EXPIRY_PAUSE_MS, expire),
  };
}

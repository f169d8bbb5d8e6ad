import { repeat } from '../lib/repeat.ts';
import { createExpiry } from '../uploads/expiry.ts';
import { createStaging, NO_QUOTA } from '../uploads/staging.ts';
import type { Infrastructure } from './infrastructure.ts';

const EXPIRY_PAUSE_MS = 60_000;

export function openUploads(infrastructure: Infrastructure) {
  const { config, chain, facts, store, storage, counters, log, nowSec, overrides } = infrastructure;
  const expire = createExpiry({ store, storage, chain: facts, log, nowSec });
  const quota = chain.unsigned ? NO_QUOTA : config.uploadQuota;
  const { uploadStageSec: stageSec } = config;
  return {
    staging: createStaging({ store, counters, quota, stageSec, expire, nowSec }),
    /** One run of the job that removes uploads which are over. */
    expire,
    /** Runs it again and again. @returns what ends it */
    start: () => repeat(overrides.expiryPauseMs ?? EXPIRY_PAUSE_MS, expire),
  };
}

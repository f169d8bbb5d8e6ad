import type { BaseLogger } from 'pino';
import { crashPoint } from '../lib/crash-point.ts';
import { Mutex } from '../lib/locks/keyed-mutex.ts';
import type { MediaStorage } from '../media/storage.ts';
import type { StagedUploads } from '../store/book.ts';
import { catchUp, type IndexedChain } from '../store/indexed-chain.ts';
import { takeDueUpload } from '../store/joins.ts';
import type { Publications } from '../store/store.ts';

export interface ExpiryDeps {
  store: Publications;
  book: StagedUploads;
  storage: Pick<MediaStorage, 'remove'>;
  chain: IndexedChain & { status(): { synced: boolean } };
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
}

/** A publication from the last moment may still be on its way to us, or be put into another block. */
const GRACE_SEC = 300;
/** A publication that is older is not undone any more. */
const SETTLED_SEC = 86_400;
/** After so long, what another process did not finish removing is removed again. */
const LEASE_SEC = 300;

/**
 * Removes uploads that nobody has published in time, and their media unless something else needs it. A run that ends
 * halfway, by an error or `kill -9`, is finished by a later one.
 * @returns one run; runs of one process follow each other. It never rejects: what fails is logged and tried again.
 */
export function createExpiry(deps: ExpiryDeps): () => Promise<void> {
  const { log } = deps;
  const runs = new Mutex();
  return () =>
    runs
      .run(() => removeDue(deps))
      .catch((error: unknown) => log.warn({ err: error }, 'uploads that are over could not be removed'));
}

async function removeDue({ store, book, storage, chain, log, nowSec }: ExpiryDeps): Promise<void> {
  // Records that lag behind the chain don't show what has been published.
  if (!chain.status().synced) return;
  await catchUp(chain);
  for (;;) {
    const now = nowSec();
    const times = {
      nowSec: now,
      graceSec: GRACE_SEC,
      settledSec: now - SETTLED_SEC,
      leaseUntilSec: now + LEASE_SEC,
    };
    const due = await takeDueUpload({ store, book }, times);
    if (due === null) return;
    crashPoint('expiry.leaving');
    await storage.remove(due.cid);
    crashPoint('expiry.removed');
    await book.dropUpload(due.id);
    log.info({ cid: due.cid }, 'an upload that was not published is removed');
  }
}

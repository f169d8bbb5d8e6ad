import { randomUUID } from 'node:crypto';
import type { Counters } from '../counters/counters.ts';
import type { Packagings, StagedUpload, StagedUploads } from '../store/book.ts';
import { publishedUploads, releaseUpload, waitingUploads } from '../store/joins.ts';
import type { Publications } from '../store/store.ts';
import { createDayCounts } from './day-quota.ts';
import { type ArrivingUpload, IncomingUpload, quotaSpent, requireFit, type UploadQuota } from './incoming.ts';
import { ALIVE_SEC } from './naming.ts';

export type { IncomingUpload, UploadQuota } from './incoming.ts';

/** Uploads that wait, against their wallet's quota, for the wallet to publish them on chain. */
export interface Staging {
  /**
   * @param wallet empty where the form tells it.
   * @param client stands for one IP address.
   * @param expectedBytes what is known to come at least; 0 where nothing is known.
   * @param announcedBytes what comes at most; undefined where nothing is announced.
   * @param keptSec how long its place is kept, also while nothing arrives.
   * @throws {QuotaExceeded}, {QuotaSpent}
   */
  begin(upload: {
    wallet: string;
    client: string;
    expectedBytes: number;
    announcedBytes?: number | undefined;
    keptSec?: number;
  }): Promise<IncomingUpload>;
  /** One that has begun by another request, and goes on. */
  resume(upload: ArrivingUpload): IncomingUpload;
  /** Before the operator's key pays for keeping so much. @throws {QuotaExceeded}, {QuotaSpent} */
  countPaid(bytes: number): Promise<void>;
  /** What the wallet has uploaded and not published, oldest first. */
  list(wallet: string): Promise<StagedUpload[]>;
  /** Ends the waiting of a content: its media goes, unless something else needs it. @returns false: none is waiting. */
  remove(wallet: string, cidKey: string): Promise<boolean>;
}

/** For uploads that cost nobody anything, on the embedded chain. */
export const NO_QUOTA: UploadQuota = {
  walletBytes: Number.POSITIVE_INFINITY,
  walletUploads: Number.POSITIVE_INFINITY,
  hostBytes: Number.POSITIVE_INFINITY,
  clientDayBytes: Number.POSITIVE_INFINITY,
  clientDayUploads: Number.POSITIVE_INFINITY,
  chainDayBytes: Number.POSITIVE_INFINITY,
};

export interface StagingDeps {
  store: Publications;
  book: StagedUploads & Pick<Packagings, 'queuePackaging'>;
  counters: Pick<Counters, 'add'>;
  quota: UploadQuota;
  /** How long an upload waits for its publication. */
  stageSec: number;
  /** Removes what is over; see expiry.ts. */
  expire(): Promise<void>;
  nowSec(): number;
}

export function createStaging(deps: StagingDeps): Staging {
  const { store, book, counters, quota, stageSec, expire, nowSec } = deps;
  const counts = createDayCounts(counters, quota);
  const shared = { store, book, counts, quota, stageSec, nowSec };

  return {
    async begin({ wallet, client, expectedBytes, announcedBytes = Number.POSITIVE_INFINITY, keptSec = 0 }) {
      requireFit(quota, expectedBytes);
      await counts.countUpload(client);
      const now = nowSec();
      const id = randomUUID();
      const upload = {
        id,
        wallet: wallet.toLowerCase(),
        expectedBytes,
        nowSec: now,
        aliveUntilSec: now + Math.max(ALIVE_SEC, keptSec),
      };
      const noRoom = await book.beginUpload(upload, quota, await publishedUploads(deps));
      if (noRoom !== null) throw quotaSpent(quota, noRoom, now);
      return new IncomingUpload(shared, { id, client, announcedBytes });
    },

    resume: (upload) => new IncomingUpload(shared, upload),

    async countPaid(bytes) {
      requireFit(quota, bytes, ['chainDayBytes']);
      await counts.countPaid(bytes);
    },

    list: (wallet) => waitingUploads(deps, wallet.toLowerCase(), nowSec()),

    async remove(wallet, cidKey) {
      const released = await releaseUpload(deps, { wallet: wallet.toLowerCase(), cidKey }, nowSec());
      if (released) await expire();
      return released;
    },
  };
}

import { canonicalCid } from '../lib/cid.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { AddedMedia } from '../media/storage.ts';
import type { NoRoom, StagedUploads, StagingQuota } from '../store/store.ts';
import type { DayCounts } from './day-quota.ts';
import { QuotaExceeded, QuotaSpent, UploadLost } from './errors.ts';
import type { DayQuota } from './types.ts';

export type UploadQuota = StagingQuota & DayQuota;

/** An upload on its way in. One of `stage` and `giveUp` must follow in the end. */
export interface IncomingUpload {
  /** The file as storage takes it. @throws {QuotaExceeded}, {QuotaSpent}, {UploadLost} once it outgrows its room */
  metered(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /**
   * To be called before storage keeps the file.
   * @param as `wallet`: who is to publish it, where `begin` did not know; `isPaid`: the operator's key pays for keeping it.
   * @throws {QuotaExceeded}, {QuotaSpent}, {UploadLost}
   */
  beforeKept(media: AddedMedia, as: { wallet?: string; videoName: string; isPaid: boolean }): Promise<void>;
  /** Storage keeps the file. @returns until when, Unix seconds. @throws {UploadLost} */
  stage(): Promise<number>;
  /** Storage did not take it, or can't say whether it did. */
  giveUp(): Promise<void>;
}

export interface IncomingDeps {
  store: StagedUploads;
  counts: DayCounts;
  quota: UploadQuota;
  /** How long an upload waits for its publication. */
  stageSec: number;
  nowSec(): number;
}

/** An upload that has not been heard of for so long is given up: by then its connection is long closed. */
export const ALIVE_SEC = 600;
const ALIVE_MS = ALIVE_SEC * 1_000;
type BytesQuota = Extract<keyof UploadQuota, `${string}Bytes`>;
const ANY_UPLOAD: readonly BytesQuota[] = ['walletBytes', 'clientDayBytes', 'hostBytes'];
/** Room is held ahead of what arrives, as far as it is announced, so that not every chunk is a transaction. */
const MAX_AHEAD_BYTES = 16 * 1024 ** 2;
const MIN_AHEAD_BYTES = 4 * 1024 ** 2;
const LEAVING_TIMEOUT_MS = 30_000;
const LEAVING_POLL_MS = 50;

/** @param upload `id`: of one that `beginUpload` took; `announcedBytes`: infinite where nothing is announced. */
export function incomingUpload(
  { store, counts, quota, stageSec, nowSec }: IncomingDeps,
  { id, client, announcedBytes }: { id: string; client: string; announcedBytes: number },
): IncomingUpload {
  let bytes = 0;
  let heldBytes = 0;
  let countedBytes = 0;
  let heardOfSec = nowSec();
  let isNamed = false;
  let staysAlive: NodeJS.Timeout | undefined;

  async function makeRoom(): Promise<void> {
    const now = nowSec();
    if (bytes <= heldBytes && now < heardOfSec + ALIVE_SEC / 2) return;
    requireFit(quota, bytes);
    await countBytes();
    const ahead = Math.min(Math.max(Math.floor(bytes / 4), MIN_AHEAD_BYTES), MAX_AHEAD_BYTES);
    const maxBytes = Math.max(bytes, Math.min(bytes + ahead, announcedBytes));
    const upload = { id, minBytes: bytes, maxBytes, aliveUntilSec: now + ALIVE_SEC };
    const answer = await store.growUpload(upload, quota);
    if (answer === null) throw lost();
    if ('spent' in answer) throw quotaSpent(quota, answer, now);
    heldBytes = answer.heldBytes;
    heardOfSec = now;
  }

  async function countBytes(): Promise<void> {
    const more = bytes - countedBytes;
    countedBytes = bytes;
    await counts.countBytes(client, more);
  }

  return {
    async *metered(content) {
      for await (const chunk of content) {
        bytes += chunk.length;
        await makeRoom();
        yield chunk;
      }
    },

    async beforeKept({ cid, sizeBytes }, { wallet, videoName, isPaid }) {
      await countBytes();
      if (isPaid) {
        requireFit(quota, sizeBytes, ['chainDayBytes']);
        await counts.countPaid(sizeBytes);
      }
      isNamed = true; // even if the answer is lost
      const cidKey = canonicalCid(cid) ?? cid;
      const upload = {
        id,
        cid,
        cidKey,
        videoName,
        sizeBytes,
        ...(wallet && { wallet: wallet.toLowerCase() }),
      };
      const name = () => store.nameUpload({ ...upload, aliveUntilSec: nowSec() + ALIVE_SEC });
      const look = async () => {
        const answer = await name();
        return answer !== 'leaving' && answer;
      };
      const timing = { everyMs: LEAVING_POLL_MS, timeoutMs: LEAVING_TIMEOUT_MS };
      if ((await pollUntil(look, timing)) !== 'named') throw lost();
      crashPoint('staging.named');
      // A storage may take long to keep it, such as a chain.
      staysAlive = setInterval(() => name().catch(() => undefined), ALIVE_MS / 2).unref();
    },

    async stage() {
      clearInterval(staysAlive);
      const now = nowSec();
      const expiresAtSec = now + stageSec;
      if (!(await store.stageUpload(id, { nowSec: now, expiresAtSec }))) throw lost();
      crashPoint('staging.staged');
      return expiresAtSec;
    },

    async giveUp() {
      clearInterval(staysAlive);
      // Storage may have kept the file all the same: then it goes with the upload, when that is overdue.
      if (!isNamed) await store.dropUpload(id);
    },
  };
}

/** @throws {QuotaExceeded} for so many bytes that they will never fit. */
export function requireFit(
  quota: UploadQuota,
  bytes: number,
  parts: readonly BytesQuota[] = ANY_UPLOAD,
): void {
  for (const part of parts) {
    if (bytes > quota[part]) throw new QuotaExceeded(part, quota[part]);
  }
}

export function quotaSpent(
  quota: UploadQuota,
  { spent, left, freeAtSec }: NoRoom,
  nowSec: number,
): QuotaSpent {
  return new QuotaSpent({
    quota: spent,
    limit: quota[spent],
    left,
    retryAfterSec: (freeAtSec ?? nowSec) - nowSec,
  });
}

function lost(): UploadLost {
  return new UploadLost('The upload took so long that its place was given up.');
}

import { canonicalCid } from '../lib/cid.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { AddedMedia } from '../media/storage.ts';
import type { NoRoom, StagedUploads, StagingQuota } from '../store/store.ts';
import type { DayCounts } from './day-quota.ts';
import { QuotaExceeded, QuotaSpent, UploadLost } from './errors.ts';
import type { DayQuota } from './types.ts';

export type UploadQuota = StagingQuota & DayQuota;

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

/** An upload on its way in. One of `stage` and `giveUp` must follow in the end. */
export class IncomingUpload {
  readonly #deps: IncomingDeps;
  readonly #id: string;
  readonly #client: string;
  readonly #announcedBytes: number;
  #bytes = 0;
  #heldBytes = 0;
  #countedBytes = 0;
  #heardOfSec: number;
  #isNamed = false;
  #staysAlive: NodeJS.Timeout | undefined;

  /** @param upload `id`: of one that `beginUpload` took; `announcedBytes`: infinite where nothing is announced. */
  constructor(deps: IncomingDeps, upload: { id: string; client: string; announcedBytes: number }) {
    this.#deps = deps;
    this.#id = upload.id;
    this.#client = upload.client;
    this.#announcedBytes = upload.announcedBytes;
    this.#heardOfSec = deps.nowSec();
  }

  /** The file as storage takes it. @throws {QuotaExceeded}, {QuotaSpent}, {UploadLost} once it outgrows its room */
  async *metered(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.#bytes += chunk.length;
      await this.#makeRoom();
      yield chunk;
    }
  }

  /**
   * To be called before storage keeps the file.
   * @param as `wallet`: who is to publish it, where `begin` did not know; `isPaid`: the operator's key pays for keeping it.
   * @throws {QuotaExceeded}, {QuotaSpent}, {UploadLost}
   */
  async beforeKept(
    { cid, sizeBytes }: AddedMedia,
    { wallet, videoName, isPaid }: { wallet?: string; videoName: string; isPaid: boolean },
  ): Promise<void> {
    const { store, counts, quota, nowSec } = this.#deps;
    await this.#countBytes();
    if (isPaid) {
      requireFit(quota, sizeBytes, ['chainDayBytes']);
      await counts.countPaid(sizeBytes);
    }
    this.#isNamed = true; // even if the answer is lost
    const id = this.#id;
    const cidKey = canonicalCid(cid) ?? cid;
    const upload = { id, cid, cidKey, videoName, sizeBytes, ...(wallet && { wallet: wallet.toLowerCase() }) };
    const name = () => store.nameUpload({ ...upload, aliveUntilSec: nowSec() + ALIVE_SEC });
    const look = async () => {
      const answer = await name();
      return answer !== 'leaving' && answer;
    };
    const timing = { everyMs: LEAVING_POLL_MS, timeoutMs: LEAVING_TIMEOUT_MS };
    if ((await pollUntil(look, timing)) !== 'named') throw lost();
    crashPoint('staging.named');
    // A storage may take long to keep it, such as a chain.
    this.#staysAlive = setInterval(() => name().catch(() => undefined), ALIVE_MS / 2).unref();
  }

  /** Storage keeps the file. @returns until when, Unix seconds. @throws {UploadLost} */
  async stage(): Promise<number> {
    clearInterval(this.#staysAlive);
    const { store, stageSec, nowSec } = this.#deps;
    const now = nowSec();
    const expiresAtSec = now + stageSec;
    if (!(await store.stageUpload(this.#id, { nowSec: now, expiresAtSec }))) throw lost();
    crashPoint('staging.staged');
    return expiresAtSec;
  }

  /** Storage did not take it, or can't say whether it did. */
  async giveUp(): Promise<void> {
    clearInterval(this.#staysAlive);
    // Storage may have kept the file all the same: then it goes with the upload, when that is overdue.
    if (!this.#isNamed) await this.#deps.store.dropUpload(this.#id);
  }

  async #makeRoom(): Promise<void> {
    const { store, quota } = this.#deps;
    const now = this.#deps.nowSec();
    const bytes = this.#bytes;
    if (bytes <= this.#heldBytes && now < this.#heardOfSec + ALIVE_SEC / 2) return;
    requireFit(quota, bytes);
    await this.#countBytes();
    const ahead = Math.min(Math.max(Math.floor(bytes / 4), MIN_AHEAD_BYTES), MAX_AHEAD_BYTES);
    const maxBytes = Math.max(bytes, Math.min(bytes + ahead, this.#announcedBytes));
    const upload = { id: this.#id, minBytes: bytes, maxBytes, aliveUntilSec: now + ALIVE_SEC };
    const answer = await store.growUpload(upload, quota);
    if (answer === null) throw lost();
    if ('spent' in answer) throw quotaSpent(quota, answer, now);
    this.#heldBytes = answer.heldBytes;
    this.#heardOfSec = now;
  }

  async #countBytes(): Promise<void> {
    const more = this.#bytes - this.#countedBytes;
    this.#countedBytes = this.#bytes;
    await this.#deps.counts.countBytes(this.#client, more);
  }
}

/** @throws {QuotaExceeded} for so many bytes that they will never fit. */
export function requireFit(
  quota: UploadQuota,
  bytes: number,
  parts: readonly BytesQuota[] = ANY_UPLOAD,
): void {
  for (const part of parts) {
    if (bytes > quota[part]) throw new QuotaExceeded({ quota: part, limitBytes: quota[part] });
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
    retryAfterSec: Math.max(1, Math.ceil((freeAtSec ?? nowSec) - nowSec)),
  });
}

function lost(): UploadLost {
  return new UploadLost('The upload took so long that its place was given up.');
}

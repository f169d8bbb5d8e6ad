import { crashPoint } from '../lib/crash-point.ts';
import type { AddedMedia } from '../media/storage.ts';
import type { NewPackaging, NoRoom, Packagings, StagedUploads, StagingQuota } from '../store/book.ts';
import { publishedUploads } from '../store/joins.ts';
import type { Publications } from '../store/store.ts';
import type { DayCounts } from './day-quota.ts';
import { QuotaExceeded, QuotaSpent } from './errors.ts';
import { ALIVE_SEC, lost, nameForStorage, nameOnce } from './naming.ts';
import type { DayQuota } from './types.ts';

export type UploadQuota = StagingQuota & DayQuota;

export interface IncomingDeps {
  store: Publications;
  book: StagedUploads & Pick<Packagings, 'queuePackaging'>;
  counts: DayCounts;
  quota: UploadQuota;
  /** How long an upload waits for its publication. */
  stageSec: number;
  nowSec(): number;
}

const ALIVE_MS = ALIVE_SEC * 1_000;
type BytesQuota = Extract<keyof UploadQuota, `${string}Bytes`>;
const ANY_UPLOAD: readonly BytesQuota[] = ['walletBytes', 'clientDayBytes', 'hostBytes'];
/** Room is held ahead of what arrives, as far as it is announced, so that not every chunk is a transaction. */
const MAX_AHEAD_BYTES = 16 * 1024 ** 2;
const MIN_AHEAD_BYTES = 4 * 1024 ** 2;
/** When to ask again where it depends on what is packaged. */
const UNKNOWN_SEC = 60;

export interface ArrivingUpload {
  id: string;
  client: string;
  announcedBytes: number;
  /** What has arrived, and was counted, by earlier requests. */
  bytes?: number;
  /** Until then its place is kept, also while nothing arrives; Unix seconds. */
  untilSec?: number;
}

/** An upload on its way in. One of `stage`, `queue` and `giveUp` must follow in the end. */
export class IncomingUpload {
  readonly id: string;
  readonly #deps: IncomingDeps;
  readonly #client: string;
  readonly #announcedBytes: number;
  readonly #untilSec: number;
  #bytes: number;
  #heldBytes = 0;
  #countedBytes: number;
  #heardOfSec: number;
  #isNamed = false;
  #staysAlive: NodeJS.Timeout | undefined;

  /** @param upload `id`: of one that `beginUpload` took; `announcedBytes`: infinite where nothing is announced. */
  constructor(deps: IncomingDeps, upload: ArrivingUpload) {
    this.#deps = deps;
    this.id = upload.id;
    this.#client = upload.client;
    this.#announcedBytes = upload.announcedBytes;
    this.#untilSec = upload.untilSec ?? 0;
    this.#bytes = upload.bytes ?? 0;
    this.#countedBytes = this.#bytes;
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

  /** What comes beside the file takes room as the file does. @throws as `metered` */
  async count(beside: Uint8Array): Promise<void> {
    this.#bytes += beside.length;
    await this.#makeRoom();
    await this.#countBytes();
  }

  /** What comes next comes by another request. @throws {QuotaSpent} */
  pause(): Promise<void> {
    return this.#countBytes();
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
    const { book, counts, quota, nowSec } = this.#deps;
    await this.#countBytes();
    if (isPaid) {
      requireFit(quota, sizeBytes, ['chainDayBytes']);
      await counts.countPaid(sizeBytes);
    }
    this.#isNamed = true; // even if the answer is lost
    const upload = { id: this.id, cid, videoName, sizeBytes, ...(wallet && { wallet }) };
    const name = () => nameOnce(book, upload, nowSec());
    await nameForStorage(name);
    crashPoint('staging.named');
    // A storage may take long to keep it, such as a chain.
    this.#staysAlive = setInterval(() => name().catch(() => undefined), ALIVE_MS / 2).unref();
  }

  /** Storage keeps the file. @returns until when, Unix seconds. @throws {UploadLost} */
  async stage(): Promise<number> {
    clearInterval(this.#staysAlive);
    const { book, stageSec, nowSec } = this.#deps;
    const now = nowSec();
    const expiresAtSec = now + stageSec;
    if (!(await book.stageUpload(this.id, { nowSec: now, expiresAtSec }))) throw lost();
    crashPoint('staging.staged');
    return expiresAtSec;
  }

  /**
   * The file is on the disk, and is to be packaged first: its place is kept until that is done.
   * @throws {QuotaSpent}, {UploadLost}
   */
  async queue(packaging: Omit<NewPackaging, 'id'>): Promise<void> {
    await this.#countBytes();
    const { book, nowSec } = this.#deps;
    const file = { sizeBytes: this.#bytes, nowSec: nowSec() };
    if (!(await book.queuePackaging({ ...packaging, id: this.id }, file))) throw lost();
    crashPoint('packaging.queued');
  }

  /** Storage did not take it, or can't say whether it did. */
  async giveUp(): Promise<void> {
    clearInterval(this.#staysAlive);
    // Storage may have kept the file all the same: then it goes with the upload, when that is overdue.
    if (!this.#isNamed) await this.#deps.book.dropUpload(this.id);
  }

  async #makeRoom(): Promise<void> {
    const { book, quota } = this.#deps;
    const now = this.#deps.nowSec();
    const bytes = this.#bytes;
    if (bytes <= this.#heldBytes && now < this.#heardOfSec + ALIVE_SEC / 2) return;
    requireFit(quota, bytes);
    await this.#countBytes();
    const ahead = Math.min(Math.max(Math.floor(bytes / 4), MIN_AHEAD_BYTES), MAX_AHEAD_BYTES);
    const maxBytes = Math.max(bytes, Math.min(bytes + ahead, this.#announcedBytes));
    const aliveUntilSec = Math.max(now + ALIVE_SEC, this.#untilSec);
    const upload = { id: this.id, minBytes: bytes, maxBytes, aliveUntilSec };
    const answer = await book.growUpload(upload, quota, await publishedUploads(this.#deps));
    if (answer === null) throw lost();
    if ('spent' in answer) throw quotaSpent(quota, answer, now);
    this.#heldBytes = answer.heldBytes;
    this.#heardOfSec = now;
  }

  async #countBytes(): Promise<void> {
    const more = this.#bytes - this.#countedBytes;
    if (more === 0) return;
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
    retryAfterSec: freeAtSec === null ? UNKNOWN_SEC : Math.max(1, Math.ceil(freeAtSec - nowSec)),
  });
}

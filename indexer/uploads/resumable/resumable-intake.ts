import type { BaseLogger } from 'pino';
import { crashPoint } from '../../lib/crash-point.ts';
import type { Disk } from '../../lib/disk.ts';
import type { FileLock } from '../../lib/locks/file-lock.ts';
import { KeyedMutex } from '../../lib/locks/keyed-mutex.ts';
import type { ResumableUploads } from '../../store/book.ts';
import { UploadBusy, UploadLost } from '../errors.ts';
import type { IncomingUpload } from '../incoming.ts';
import type { PackagingIntake } from '../packaging/intake.ts';
import type { Staging } from '../staging.ts';
import { type Arrived, type Asked, askedIn, bytesOf, captionsOf } from './asked.ts';
import type { ResumableFiles } from './files.ts';

export interface ResumableDeps {
  book: ResumableUploads;
  staging: Pick<Staging, 'begin' | 'resume'>;
  packaging: Pick<PackagingIntake, 'adopt' | 'queue' | 'giveUp'>;
  files: ResumableFiles;
  /** Of the processes that share the files one is about an upload at a time. @returns `null` for the others */
  lock(id: string): FileLock | null;
  disk: Pick<Disk, 'requireRoom'>;
  /** How often the file is on that disk before it is nowhere but in its storage. */
  copies: 1 | 2;
  /** How long it may take, from its first byte to its last. */
  stageSec: number;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
}

/** What is complete, or over, is told for so long. */
const REMEMBERED_SEC = 7 * 86_400;

/** Uploads that arrive in pieces. One process at a time writes, ends or settles an upload: {UploadBusy} for any other. */
export class ResumableIntake {
  readonly #deps: ResumableDeps;
  readonly #turns = new KeyedMutex();
  /** Ids that somebody is about; a sweep leaves them alone. */
  readonly #busy = new Set<string>();

  constructor(deps: ResumableDeps) {
    this.#deps = deps;
  }

  /** How long an upload may take. */
  get stageSec(): number {
    return this.#deps.stageSec;
  }

  /** @param upload `wallet`: empty where nobody signs in. @returns its id. @throws {QuotaExceeded}, {QuotaSpent}, {DiskTooSmall} */
  async begin(upload: {
    wallet: string;
    client: string;
    sizeBytes: number;
    metadata: string;
    asked: Asked;
  }): Promise<string> {
    const { staging, book, disk, copies, stageSec, nowSec } = this.#deps;
    const { wallet, client, sizeBytes, metadata, asked } = upload;
    const size = { expectedBytes: sizeBytes, announcedBytes: sizeBytes };
    await disk.requireRoom(copies * sizeBytes);
    const createdAtSec = nowSec();
    const incoming = await staging.begin({ wallet, client, ...size, keptSec: stageSec });
    const { id } = incoming;
    try {
      await book.beginResumable({
        ...{ id, wallet: wallet.toLowerCase(), client, sizeBytes, metadata, asked: JSON.stringify(asked) },
        ...{ createdAtSec, expiresAtSec: createdAtSec + stageSec },
      });
    } catch (error) {
      await incoming.giveUp();
      throw error;
    }
    crashPoint('resumable.begun');
    return id;
  }

  /** @returns `null` for one that is not known, or long over; what arrives just now may not be on the disk yet */
  async find(id: string): Promise<Arrived | null> {
    const row = await this.#deps.book.resumable(id);
    if (row === null) return null;
    const upload = { ...row, asked: askedIn(row) };
    const isExpired = upload.state === 'receiving' && upload.expiresAtSec <= this.#deps.nowSec();
    const offset = upload.state === 'receiving' ? await this.#deps.files.size(id) : upload.sizeBytes;
    return { ...upload, ...(isExpired && { state: 'over' }), offset };
  }

  /** What a wallet sends, oldest first. */
  async list(wallet: string): Promise<Arrived[]> {
    const { book, files, nowSec } = this.#deps;
    const uploads = await book.resumablesOf(wallet.toLowerCase());
    const open = uploads.filter(({ expiresAtSec }) => expiresAtSec > nowSec());
    return await Promise.all(
      open.map(async (upload) => {
        return { ...upload, asked: askedIn(upload), offset: await files.size(upload.id) };
      }),
    );
  }

  /**
   * Takes what comes next. With its last byte the upload goes into the queue.
   * @param offset the present one. @returns the next one, on the disk. @throws {UploadLost}, {UploadBusy}, {CaptionsMissing},
   *   {QuotaSpent}, {QuotaExceeded}, what `content` throws, and the system; what has come by then is kept
   */
  async write(id: string, offset: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    return await this.#alone(id, async () => {
      const upload = await this.#receiving(id);
      if (upload.offset !== offset) throw new UploadBusy(); // another process went on with it since the offset was looked at
      const texts = await this.#deps.book.resumableCaptions(id);
      captionsOf(upload.asked, texts); // throws where some are missing
      const incoming = this.#incoming(upload, offset, bytesOf(texts));
      try {
        await this.#deps.files.append(id, offset, incoming.metered(content));
      } finally {
        await incoming.pause();
      }
      return await this.#settle(upload);
    });
  }

  /**
   * Where all of it is here and it is not in the queue, such as after a crash, it goes there.
   * @returns as `find`, with what is on the disk
   */
  async settled(id: string): Promise<Arrived | null> {
    return await this.#alone(id, async () => {
      const upload = await this.find(id);
      if (upload?.state !== 'receiving') return upload;
      const offset = await this.#settle(upload);
      return offset < upload.sizeBytes ? { ...upload, offset } : await this.find(id);
    });
  }

  /** @param poster a picture in JPEG. @returns false where nothing more is taken */
  setPoster(id: string, poster: Uint8Array): Promise<boolean> {
    return this.#deps.book.setResumablePoster(id, poster);
  }

  /**
   * A text that goes with it, in the place of an earlier one; it takes room as the file does.
   * @returns false where nothing more is taken. @throws {UploadBusy}, {QuotaSpent}, {QuotaExceeded}
   */
  async setCaptions(id: string, language: string, text: string): Promise<boolean> {
    return await this.#alone(id, async () => {
      const upload = await this.find(id);
      if (upload?.state !== 'receiving') return false;
      const { book } = this.#deps;
      const { [language]: _, ...others } = await book.resumableCaptions(id);
      const bytes = Buffer.from(text);
      const incoming = this.#incoming(upload, upload.offset, bytesOf(others), bytes.length);
      await incoming.count(bytes);
      return await book.setResumableCaptions(id, language, text);
    });
  }

  /** Its bytes and its room are given back. @returns false where all of it is here, or nothing more is taken */
  async end(id: string): Promise<boolean> {
    return await this.#alone(id, async () => {
      const { book, files } = this.#deps;
      const isEnded = await book.endResumable(id);
      crashPoint('resumable.ended');
      if (isEnded) await files.remove(id);
      return isEnded;
    });
  }

  /**
   * Ends what has expired, deletes files that nobody needs, and puts into the queue what is whole: also what a crash left so.
   * It never rejects: what fails is logged and tried again.
   */
  async sweep(): Promise<void> {
    const { log } = this.#deps;
    await this.#sweep().catch((error: unknown) =>
      log.warn({ err: error }, 'unfinished uploads could not be looked through'),
    );
  }

  async #sweep(): Promise<void> {
    const { book, files, log, nowSec } = this.#deps;
    // Files first: what begins meanwhile is not looked at.
    const names = await files.list();
    const receiving = await book.receivingResumables();
    const ids = new Set(receiving.map(({ id }) => id));
    for (const name of names) if (!ids.has(name) && !this.#busy.has(name)) await files.remove(name);
    for (const { id, expiresAtSec } of receiving) {
      if (this.#busy.has(id)) continue;
      const look = async () => {
        if (expiresAtSec > nowSec()) await this.settled(id);
        else if (await this.end(id)) log.info({ upload: id }, 'an upload that was not finished is removed');
      };
      await look().catch((error: unknown) => {
        if (error instanceof UploadBusy) return;
        log.warn({ err: error, upload: id }, 'an unfinished upload could not be looked at');
      });
    }
    await book.forgetResumables(nowSec() - REMEMBERED_SEC);
  }

  /** @returns how many bytes are on the disk. */
  async #settle(upload: Arrived): Promise<number> {
    const { packaging, files, book } = this.#deps;
    const { id, sizeBytes } = upload;
    const length = await files.length(id);
    if (length < sizeBytes) return length;
    crashPoint('resumable.whole');
    const texts = await book.resumableCaptions(id);
    const incoming = this.#incoming(upload, length, bytesOf(texts));
    try {
      await packaging.adopt(incoming, files.pathOf(id));
      const poster = await book.resumablePoster(id);
      const { client, asked } = upload;
      const captions = captionsOf(asked, texts);
      await packaging.queue(incoming, { ...asked, client, poster, captions });
    } catch (error) {
      await packaging.giveUp(incoming);
      throw error;
    }
    crashPoint('resumable.queued');
    await files.remove(id);
    return length;
  }

  async #receiving(id: string): Promise<Arrived> {
    const upload = await this.find(id);
    if (upload?.state === 'receiving') return upload;
    throw new UploadLost('The upload is not received any more.');
  }

  /** @param besideBytes of what is here beside the file. @param moreBytes of what comes now beside it */
  #incoming(upload: Arrived, fileBytes: number, besideBytes: number, moreBytes = 0): IncomingUpload {
    const { id, client, sizeBytes, expiresAtSec: untilSec } = upload;
    const announcedBytes = sizeBytes + besideBytes + moreBytes;
    const bytes = fileBytes + besideBytes;
    return this.#deps.staging.resume({ id, client, announcedBytes, bytes, untilSec });
  }

  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    return await this.#turns.run(id, async () => {
      const lock = this.#deps.lock(id);
      if (lock === null) throw new UploadBusy();
      this.#busy.add(id);
      try {
        return await work();
      } finally {
        this.#busy.delete(id);
        lock.release();
      }
    });
  }
}

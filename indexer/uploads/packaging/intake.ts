import { randomBytes } from 'node:crypto';
import { uploadSecretOf } from '../../secrets/names.ts';
import type { SealingKey } from '../../secrets/seal.ts';
import type { NewPackaging, Packaging, PackagingLane, Packagings } from '../../store/book.ts';
import type { IncomingUpload } from '../incoming.ts';
import type { Sources } from './sources.ts';

const SECRET_BYTES = 32;

export interface PackagingIntakeDeps {
  book: Pick<Packagings, 'packaging' | 'packagingsOf'>;
  sources: Sources;
  key: SealingKey;
  /** One for what is packaged, one for what is kept as it is. */
  queues: Record<PackagingLane, { wake(): void }>;
}

type Asked = Omit<NewPackaging, 'id' | 'secret'> & {
  /** Nothing is sold: it is packaged clear. */
  isFree: boolean;
};

/** Takes uploads that are to be packaged. */
export class PackagingIntake {
  readonly #deps: PackagingIntakeDeps;

  constructor(deps: PackagingIntakeDeps) {
    this.#deps = deps;
  }

  /** Keeps the file on the disk, for as long as this process runs. @returns how many bytes there were. */
  take(upload: IncomingUpload, content: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#deps.sources.take(upload.id, upload.metered(content));
  }

  /** Takes a file that came in pieces. @param path where all of it is on the disk; it may go once the upload is in the queue */
  adopt(upload: IncomingUpload, path: string): Promise<void> {
    return this.#deps.sources.adopt(upload.id, path);
  }

  /** Has what was taken packaged in its turn, and outlive a crash. @throws {QuotaSpent}, {UploadLost} */
  async queue(upload: IncomingUpload, { isFree, ...asked }: Asked): Promise<void> {
    const { sources, key, queues } = this.#deps;
    const { id } = upload;
    await sources.keep(id);
    const secret = isFree ? null : key.seal(randomBytes(SECRET_BYTES), uploadSecretOf(id));
    await upload.queue({ ...asked, secret });
    queues[asked.keptIn ? 'kept' : 'packaged'].wake();
    await sources.settle(id).catch(() => undefined); // `remove` does it, too, and so does the next start
  }

  /** Deletes what was taken and is not queued. */
  giveUp(upload: IncomingUpload): Promise<void> {
    return this.#deps.sources.remove(upload.id);
  }

  /** @returns `null` for one that is not known, or long over. */
  find(id: string): Promise<Packaging | null> {
    return this.#deps.book.packaging(id);
  }

  /** What a wallet has uploaded that is not packaged, or has failed lately; oldest first. */
  list(wallet: string): Promise<Packaging[]> {
    return this.#deps.book.packagingsOf(wallet.toLowerCase());
  }
}

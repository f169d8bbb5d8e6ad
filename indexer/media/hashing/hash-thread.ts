import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type DigestJob, digestOf, lengthOf } from './digest.ts';

/** Less is done sooner than it is asked for. */
const MIN_BYTES = 65_536;
/** It makes next to nothing of its own: without these it keeps 6 MB more. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };

type Resolve = (digest: Buffer | null) => void;

/**
 * A thread that reads and hashes while this one hands bytes on: of all that is done with them, hashing takes most time
 * (decision 0121).
 */
class HashThread {
  #worker: Worker | null = null;
  #isReady = false;
  readonly #waiting: Resolve[] = [];

  /** `null` while it starts, and where it could not read. */
  async digest(job: DigestJob): Promise<Buffer | null> {
    this.#worker ??= this.#start();
    if (!this.#isReady) return null;
    const worker = this.#worker;
    return await new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) worker.ref();
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('thread.ts', import.meta.url), { resourceLimits: LIMITS });
    worker.unref(); // it keeps no process from ending, unless somebody waits for it
    worker.on('online', () => {
      this.#isReady = true;
    });
    worker.on('message', (digest: Uint8Array | null) => {
      this.#waiting.shift()?.(digest && Buffer.from(digest.buffer));
      if (this.#waiting.length === 0) worker.unref();
    });
    worker.on('error', () => undefined); // `exit` follows
    worker.on('exit', () => {
      this.#worker = null; // the next job starts another
      this.#isReady = false;
      for (const resolve of this.#waiting.splice(0)) resolve(null);
    });
    return worker;
  }
}

/** Where there is one core alone, a second thread would only take its time. */
const thread = availableParallelism() > 1 ? new HashThread() : null;

/**
 * Fills pieces of `SharedBuffers` from a file, as far as it goes, one behind the other, and takes sha2-256 over them.
 * @throws what reading throws
 */
export async function readHashed(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<{ bytesRead: number; digest: Buffer }> {
  const digest = await inThread({ pieces, fd: file.fd, position });
  if (digest) return { bytesRead: lengthOf(pieces), digest };
  // The system takes no list without a place in it.
  const { bytesRead } = pieces.length > 0 ? await file.readv(pieces, position) : { bytesRead: 0 };
  return { bytesRead, digest: digestOf(pieces) };
}

async function inThread(job: DigestJob): Promise<Buffer | null> {
  return thread && lengthOf(job.pieces) >= MIN_BYTES ? await thread.digest(job) : null;
}

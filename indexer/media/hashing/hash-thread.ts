import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { FromThread, Job, ToThread } from './messages.ts';

/** It makes next to nothing of its own: without these it keeps 6 MB more. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };

/** Pieces of `SharedBuffers` that are to be filled, and the sha2-256 that they must have then. */
export interface Part {
  pieces: Buffer[];
  hash: Buffer;
}

export interface Reading {
  file: FileHandle;
  position: number;
  /** One behind the other, all of one length, but for the last. */
  parts: readonly Part[];
  /** Its reader has nothing yet: what a message to a thread and its answer take is what it would wait longer. */
  isFirst: boolean;
}

/** A thread that reads and hashes while the main one hands bytes on. */
export class HashThread {
  readonly #worker: Worker;
  #isReady = false;
  readonly #waiting: ((isRight: boolean) => void)[] = [];
  readonly #numbers = new WeakMap<ArrayBufferLike, number>();
  readonly #collected = new FinalizationRegistry<number>((number) => this.#post({ kind: 'forget', number }));
  #numbered = 0;

  /** @param onExit when it is none any more. */
  constructor(onExit: () => void) {
    this.#worker = new Worker(new URL('thread.ts', import.meta.url), { resourceLimits: LIMITS });
    this.#worker.on('online', () => {
      this.#isReady = true;
    });
    this.#worker.on('message', (isRight: FromThread) => {
      this.#waiting.shift()?.(isRight);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', () => undefined); // `exit` follows
    this.#worker.on('exit', () => {
      onExit();
      for (const resolve of this.#waiting.splice(0)) resolve(false);
    });
    this.#worker.unref(); // it keeps no process from ending, unless somebody waits for it
  }

  /** What it is given before waits for it to start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Fills the pieces. @returns whether all was there, and has its hash; `false` too where it could not read */
  isRight({ file, position, parts }: Omit<Reading, 'isFirst'>): Promise<boolean> {
    const pieces = parts.flatMap((part) => part.pieces);
    const job: Job = {
      kind: 'job',
      fd: file.fd,
      position,
      numbers: pieces.map((piece) => this.#numberOf(piece)),
      piecesPerPart: parts[0]?.pieces.length ?? 0,
      lastBytes: pieces.at(-1)?.length ?? 0,
      hashes: parts.map(({ hash }) => hash.toString('latin1')).join(''),
    };
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) this.#worker.ref();
      this.#post(job);
    });
  }

  #numberOf({ buffer }: Uint8Array): number {
    const known = this.#numbers.get(buffer);
    if (known !== undefined) return known;
    const number = this.#numbered;
    this.#numbered += 1;
    this.#numbers.set(buffer, number);
    this.#collected.register(buffer, number);
    this.#post({ kind: 'memory', number, bytes: new Uint8Array(buffer) });
    return number;
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}

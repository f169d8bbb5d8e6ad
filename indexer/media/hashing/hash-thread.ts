import { Thread } from '../../lib/thread.ts';
import type { FromThread, Job, ToThread } from './messages.ts';

/** Pieces of `SharedBuffers` that are to be filled, and the sha2-256 that they must have then. */
export interface Part {
  pieces: Buffer[];
  hash: Buffer;
}

export interface Reading {
  /** Descriptor of the file. */
  fd: number;
  position: number;
  /** One behind the other, all of one length, but for the last. */
  parts: readonly Part[];
  /** Its reader has nothing yet: what a message to a thread and its answer take is what it would wait longer. */
  isFirst: boolean;
}

/** A thread that reads and hashes while the main one hands bytes on. */
export class HashThread {
  readonly #thread: Thread<ToThread, FromThread>;
  readonly #numbers = new WeakMap<ArrayBufferLike, number>();
  readonly #collected = new FinalizationRegistry<number>((number) =>
    this.#thread.tell({ kind: 'forget', number }),
  );
  #numbered = 0;

  /** @param onExit when it is none any more. */
  constructor(onExit: () => void) {
    this.#thread = new Thread(new URL('thread.ts', import.meta.url), onExit);
  }

  /** What it is given before waits for it to start. */
  get isReady(): boolean {
    return this.#thread.isReady;
  }

  /** Fills the pieces. @returns whether all was there, and has its hash; `false` too where it could not read */
  async isRight({ fd, position, parts }: Omit<Reading, 'isFirst'>): Promise<boolean> {
    const pieces = parts.flatMap((part) => part.pieces);
    const job: Job = {
      kind: 'job',
      fd,
      position,
      numbers: pieces.map((piece) => this.#numberOf(piece)),
      piecesPerPart: parts[0]?.pieces.length ?? 0,
      lastBytes: pieces.at(-1)?.length ?? 0,
      hashes: parts.map(({ hash }) => hash.toString('latin1')).join(''),
    };
    return (await this.#thread.ask(job)) ?? false;
  }

  #numberOf({ buffer }: Uint8Array): number {
    const known = this.#numbers.get(buffer);
    if (known !== undefined) return known;
    const number = this.#numbered;
    this.#numbered += 1;
    this.#numbers.set(buffer, number);
    this.#collected.register(buffer, number);
    this.#thread.tell({ kind: 'memory', number, bytes: new Uint8Array(buffer) });
    return number;
  }
}

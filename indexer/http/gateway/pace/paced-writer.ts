import type { Response } from 'express';
import { giveBack, PIECE_BYTES } from '../../../media/hashing/pieces.ts';

/** A reader that takes nothing for so long holds nothing else: the rest is read anew when it goes on. */
const STALL_TIMEOUT_MS = 1_000;
/** One for all: a trace of each would say no more, and players go away all the time. */
const GONE = new Error('the reader went away');

/**
 * Writes to a connection at its reader's pace: a portion only when the one before is gone, so that a reader who stops
 * holds one in memory and no more.
 */
export class PacedWriter implements Disposable {
  readonly #res: Response;
  readonly #gone = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #hasWritten = false;
  /** What was written last waits for its reader. */
  #isUnsent = false;
  /** What the connection has, in order. */
  readonly #portions: Uint8Array[] = [];
  /** One for all, so that Node makes nothing anew for each: many readers would leave it to the garbage collection by the megabyte. */
  readonly #onSent = (error?: Error | null): void => {
    const portion = this.#portions.shift();
    if (portion) giveBack(portion); // sent, or never to be
    if (error || this.#portions.length > 0) return; // told by `close`, or of no matter by now
    this.#isUnsent = false;
    this.#settle(true);
  };
  #waiting: PromiseWithResolvers<boolean> | null = null;

  constructor(res: Response) {
    this.#res = res;
    this.#timer = setTimeout(() => this.#settle(false), STALL_TIMEOUT_MS);
    res.once('close', () => {
      if (res.writableFinished) return;
      this.#gone.abort(GONE);
      this.#waiting?.reject(this.signal.reason);
    });
  }

  /** Aborts when the reader goes away. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * @returns `true` where the system has it already; else whether it was taken, sooner or later: `false` where the reader
   *   has stopped.
   * @throws the signal's reason
   */
  write(portion: Uint8Array): true | Promise<boolean> {
    this.#throwIfGone();
    const connection = this.#hasWritten ? connectionOf(this.#res) : null;
    this.#hasWritten = true;
    this.#isUnsent = true;
    this.#portions.push(portion);
    (connection ?? this.#res).write(portion, this.#onSent);
    if (connection?.writableLength === 0) return true;
    this.#timer.refresh();
    return this.#settled();
  }

  /** Until a reader who has stopped goes on. @throws the signal's reason */
  async drained(): Promise<void> {
    this.#throwIfGone();
    while (this.#isUnsent) await this.#settled();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #settled(): Promise<boolean> {
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  #settle(isSent: boolean): void {
    this.#waiting?.resolve(isSent);
    this.#waiting = null;
  }

  #throwIfGone(): void {
    if (this.#res.destroyed) this.#gone.abort(GONE);
    this.signal.throwIfAborted();
  }
}

/**
 * Where the bytes behind an answer's head may go without its framing: it has none where its length is told, and would hold
 * each portion until the next tick. `null` where it has some, or waits for its turn on the connection.
 */
function connectionOf(res: Response): Response['socket'] {
  return res.chunkedEncoding ? null : res.socket;
}

/** What follows `at`, so much as is handed to a connection at a time: a copy where a view would keep more in memory. */
export function portionOf(bytes: Uint8Array, at: number): Uint8Array {
  const isSmall = bytes.buffer.byteLength <= PIECE_BYTES;
  if (isSmall && at === 0) return bytes;
  const portion = bytes.subarray(at, at + PIECE_BYTES);
  return isSmall ? portion : Buffer.from(portion);
}

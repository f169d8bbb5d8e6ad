import { orAbort } from '../lib/with-timeout.ts';

/** Counts what passes, and ends promptly when `signal` aborts, even while the source hangs. */
export class MeteredSource implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #onProgress: ((bytesSoFar: number) => void) | undefined;
  #bytes = 0;

  constructor(
    source: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    onProgress?: (bytesSoFar: number) => void,
  ) {
    this.#source = source;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const chunks = this.#source[Symbol.asyncIterator]();
    let exhausted = false;
    try {
      for (;;) {
        const next = await orAbort(chunks.next(), this.#signal);
        exhausted = next.done === true;
        if (next.done) return;
        this.#bytes += next.value.length;
        this.#onProgress?.(this.#bytes);
        yield next.value;
      }
    } finally {
      // not awaited: a source that hangs would hold its reader too
      if (!exhausted) chunks.return?.().catch(() => undefined);
    }
  }
}

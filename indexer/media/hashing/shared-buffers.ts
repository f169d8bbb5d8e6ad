/**
 * Buffers of one size in memory that threads share, which are used again: to make each anew costs more time than to read
 * a file into it.
 */
export class SharedBuffers {
  readonly #sizeBytes: number;
  readonly #maxSpare: number;
  readonly #spare: SharedArrayBuffer[] = [];
  readonly #taken = new WeakSet<ArrayBufferLike>();

  /** @param maxSpare so many at most wait for their next use. */
  constructor(sizeBytes: number, maxSpare: number) {
    this.#sizeBytes = sizeBytes;
    this.#maxSpare = maxSpare;
  }

  /** With anything in it. Whoever does not give it back leaves it to the garbage collection. */
  take(lengthBytes = this.#sizeBytes): Buffer {
    const memory = this.#spare.pop() ?? new SharedArrayBuffer(this.#sizeBytes);
    this.#taken.add(memory);
    return Buffer.from(memory, 0, lengthBytes);
  }

  /** Takes a buffer back, or the one of which this is a part. Ignores what is not from here, or is back already. */
  giveBack({ buffer }: Uint8Array): void {
    if (!this.#taken.delete(buffer) || this.#spare.length === this.#maxSpare) return;
    this.#spare.push(buffer as SharedArrayBuffer);
  }
}

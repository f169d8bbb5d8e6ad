/** A buffer of all its memory, made once. */
interface Slot {
  readonly whole: Buffer;
  isTaken: boolean;
}

/**
 * Buffers of one size in memory that threads share, which are used again: to make each anew costs more time than to read
 * a file into it.
 */
export class SharedBuffers {
  readonly #sizeBytes: number;
  readonly #maxSpare: number;
  readonly #spare: Slot[] = [];
  readonly #slots = new WeakMap<ArrayBufferLike, Slot>();

  /** @param maxSpare so many at most wait for their next use. */
  constructor(sizeBytes: number, maxSpare: number) {
    this.#sizeBytes = sizeBytes;
    this.#maxSpare = maxSpare;
  }

  /** With anything in it. Whoever does not give it back leaves it to the garbage collection. */
  take(lengthBytes = this.#sizeBytes): Buffer {
    const slot = this.#spare.pop() ?? this.#made();
    slot.isTaken = true;
    return lengthBytes === this.#sizeBytes ? slot.whole : slot.whole.subarray(0, lengthBytes);
  }

  /** Takes a buffer back, or the one of which this is a part. Ignores what is not from here, or is back already. */
  giveBack({ buffer }: Uint8Array): void {
    const slot = this.#slots.get(buffer);
    if (!slot?.isTaken) return;
    slot.isTaken = false;
    if (this.#spare.length < this.#maxSpare) this.#spare.push(slot);
  }

  #made(): Slot {
    const slot = { whole: Buffer.from(new SharedArrayBuffer(this.#sizeBytes)), isTaken: false };
    this.#slots.set(slot.whole.buffer, slot);
    return slot;
  }
}

import { BadArchive } from './errors.ts';

/** As many bytes as a length may have: more is no length of anything that fits here. */
const MAX_VARINT_BYTES = 8;

/** Bytes by the number that is asked for, of a source that has them in pieces. */
export class ByteReader implements AsyncDisposable {
  readonly #source: AsyncIterator<Uint8Array>;
  #pieces: Uint8Array[] = [];
  #held = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many. @throws {BadArchive} where the source ends before */
  async take(count: number): Promise<Buffer> {
    while (this.#held < count) if (!(await this.#more())) throw new BadArchive('The archive is cut short.');
    const all = this.#joined();
    this.#pieces = count < all.length ? [all.subarray(count)] : [];
    this.#held = all.length - count;
    return all.subarray(0, count);
  }

  /** A number as archives have it; `null` at the end of the source. @throws {BadArchive} */
  async varint(): Promise<number | null> {
    while (this.#held === 0) if (!(await this.#more())) return null;
    let value = 0;
    for (let nth = 0; nth < MAX_VARINT_BYTES; nth += 1) {
      const [byte = 0] = await this.take(1);
      value += (byte & 127) * 128 ** nth;
      if (byte < 128 && Number.isSafeInteger(value)) return value;
    }
    throw new BadArchive('The archive has a length that is none.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source.return?.();
  }

  #joined(): Buffer {
    const [first, ...more] = this.#pieces;
    if (!first || more.length > 0) return Buffer.concat(this.#pieces);
    return Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  /** @returns whether there was more */
  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#pieces.push(value);
    this.#held += value.length;
    return true;
  }
}

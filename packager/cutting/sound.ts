import type { EncodedPacket } from 'mediabunny';
import { tooLarge } from '../errors.ts';
import { withDurations } from './durations.ts';

/** Sound runs along with the video, a packet ahead. */
export class Sound {
  readonly #packets: AsyncIterator<EncodedPacket> | null;
  #next: EncodedPacket | null | undefined;

  constructor(packets: AsyncIterable<EncodedPacket> | null) {
    this.#packets = packets === null ? null : packets[Symbol.asyncIterator]();
  }

  async takeBefore(limitSec: number, maxBytes: number): Promise<EncodedPacket[]> {
    const taken: EncodedPacket[] = [];
    let bytes = 0;
    for (
      let packet = await this.#peek();
      packet !== null && packet.timestamp < limitSec;
      packet = await this.#peek()
    ) {
      bytes += packet.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      taken.push(packet);
      this.#next = undefined;
    }
    return withDurations(taken, null);
  }

  async #peek(): Promise<EncodedPacket | null> {
    if (this.#next === undefined) {
      const result = await this.#packets?.next();
      this.#next = result === undefined || result.done ? null : result.value;
    }
    return this.#next;
  }
}

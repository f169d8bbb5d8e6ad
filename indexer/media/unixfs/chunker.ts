import { SharedBuffers } from '../hashing/shared-buffers.ts';

/** Kubo's default: a file is cut every 256 KiB. */
export const CHUNK_BYTES = 262_144;

const MAX_SPARE = 64;

/** For all uploads together: one whose client has become slow keeps none for itself. */
const buffers = new SharedBuffers(CHUNK_BYTES, MAX_SPARE);

/** Cuts a file into chunks, in buffers that are used again once their block is on disk. */
export class Chunker {
  async *cut(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let chunk = buffers.take();
    let filled = 0;
    let first = true;
    for await (const piece of source) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + CHUNK_BYTES - filled);
        chunk.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < CHUNK_BYTES) continue;
        yield chunk;
        first = false;
        chunk = buffers.take();
        filled = 0;
      }
    }
    if (filled > 0 || first) yield chunk.subarray(0, filled);
    else buffers.giveBack(chunk);
  }

  /** Takes back a buffer whose bytes are not needed any more; ignores what it has not made. */
  reuse(bytes: Uint8Array): void {
    buffers.giveBack(bytes);
  }
}

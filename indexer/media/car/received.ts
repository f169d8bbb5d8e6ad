import type { FileHandle } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import { writeAll } from '../../lib/durable-file.ts';
import type { MediaStat } from '../storage.ts';
import { type DirectoryBlocks, mediaStat } from '../unixfs/directory-read.ts';
import { verified } from '../unixfs/verify.ts';
import { BadArchive } from './errors.ts';
import { carBlocks } from './read-car.ts';

/** Each takes up memory here until all have come: as many as a file of 256 GiB has. */
const MAX_BLOCKS = 1_048_576;

interface Place {
  offset: number;
  length: number;
}

/** The blocks of an archive that has arrived, in a file of their own: they may come in any order, and be named twice. */
export class ReceivedBlocks implements DirectoryBlocks {
  readonly #file: FileHandle;
  /** By hash, in Latin-1. */
  readonly #places = new Map<string, Place>();
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param file empty; it stays the caller's. @throws {BadArchive}, and what `source` throws */
  static async receive(
    source: AsyncIterable<Uint8Array>,
    file: FileHandle,
    maxBlocks = MAX_BLOCKS,
  ): Promise<ReceivedBlocks> {
    const received = new ReceivedBlocks(file);
    for await (const { cid, block } of carBlocks(source)) {
      await received.#write(keyOf(cid), block);
      if (received.#places.size > maxBlocks) {
        throw new BadArchive(`The archive has more than ${maxBlocks} blocks.`);
      }
    }
    return received;
  }

  async read(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const place = this.#places.get(keyOf(cid));
    if (!place) throw new BadArchive(`The archive lacks the block ${cid}.`);
    const block = Buffer.allocUnsafe(place.length);
    for (let at = 0; at < block.length; ) {
      const { bytesRead } = await this.#file.read(block, at, block.length - at, place.offset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return verified(cid, block);
  }

  async stat(cid: CID): Promise<MediaStat | null> {
    return mediaStat(cid, await this.read(cid));
  }

  async #write(key: string, block: Uint8Array): Promise<void> {
    if (this.#places.has(key)) return;
    const offset = this.#end;
    this.#places.set(key, { offset, length: block.length });
    this.#end += block.length;
    await writeAll(this.#file, block, offset);
  }
}

function keyOf(cid: CID): string {
  return Buffer.from(cid.multihash.digest).toString('latin1');
}

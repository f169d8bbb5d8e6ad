import { unixfs } from '@helia/unixfs';
import { FsBlockstore } from 'blockstore-fs';
import type { CID } from 'multiformats/cid';
import { Chunker } from '../unixfs/chunker.ts';
import { asKubo } from '../unixfs/importer.ts';
import { blockPath } from './block-files.ts';
import type { BlockRefs } from './block-refs.ts';

/** Blocks being written at once; with those the importer holds they bound the memory of an upload. */
const WRITES_AHEAD = 16;

/** One file on its way in: its blocks are held until it is kept or given up. */
export class BlockUpload extends FsBlockstore {
  readonly #refs: BlockRefs;
  readonly #chunker = new Chunker();
  readonly #paths = new Set<string>();
  readonly #writing = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(folder: string, refs: BlockRefs) {
    super(folder);
    this.#refs = refs;
    refs.begin();
  }

  /** @returns the root, when all blocks are on disk. */
  async import(source: AsyncIterable<Uint8Array>): Promise<CID> {
    const root = await unixfs({ blockstore: this }).addByteStream(source, asKubo(this, this.#chunker));
    await Promise.all(this.#writing);
    this.#throwIfFailed();
    await this.#refs.sync(this.#paths);
    return root;
  }

  keep(): void {
    this.#refs.keep(this.#paths);
    this.#refs.end();
  }

  /** @param error what a block that is still to come is refused with. */
  async giveUp(error: unknown): Promise<void> {
    this.#failure ??= { error };
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    await this.#refs.giveUp(this.#paths);
    this.#refs.end();
  }

  /** Does not wait for the disk unless too much is on its way to it, so that hashing goes on meanwhile. */
  override async put(cid: CID, bytes: Uint8Array): Promise<CID> {
    while (this.#writing.size >= WRITES_AHEAD) await Promise.race(this.#writing);
    this.#throwIfFailed();
    const path = blockPath(cid);
    if (this.#paths.has(path)) {
      this.#chunker.reuse(bytes);
      return cid;
    }
    this.#paths.add(path);
    const written = this.#refs
      .hold(path, bytes)
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#writing.delete(written);
        this.#chunker.reuse(bytes);
      });
    this.#writing.add(written);
    return cid;
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

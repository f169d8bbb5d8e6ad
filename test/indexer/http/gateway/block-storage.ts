import { importByteStream } from 'ipfs-unixfs-importer';
import { base32 } from 'multiformats/bases/base32';
import type { CID } from 'multiformats/cid';
import { parseIpfsCid } from '../../../../indexer/lib/cid.ts';
import {
  type AddedMedia,
  type ByteRange,
  type DirectoryEntry,
  MediaNotFound,
  type MediaStorage,
} from '../../../../indexer/media/storage.ts';
import { Chunker } from '../../../../indexer/media/unixfs/chunker.ts';
import { DirectoryBuilder } from '../../../../indexer/media/unixfs/directory-build.ts';
import { findBelow, listDirectory } from '../../../../indexer/media/unixfs/directory-read.ts';
import { asKubo } from '../../../../indexer/media/unixfs/importer.ts';
import { linksOf } from '../../../../indexer/media/unixfs/node-links.ts';
import { readFileBytes } from '../../../../indexer/media/unixfs/read-file.ts';
import { blocksOf } from '../../../../indexer/media/unixfs/storage-blocks.ts';

/** Blocks in memory, as the importer makes them, with every one of them in sight of the test. */
export class BlockStorage implements MediaStorage {
  readonly name = 'memory';
  /** By hash. */
  readonly blocks = new Map<string, Uint8Array>();
  /** What was handed out, for tests of who still holds it. */
  readonly handed: WeakRef<Uint8Array>[] = [];
  /** CIDs asked for, in order. */
  readonly asked: string[] = [];
  readonly #roots = new Set<string>();
  readonly #below = new Map<string, Set<string>>();

  async add(source: AsyncIterable<Uint8Array>): Promise<AddedMedia> {
    const { cid, sizeBytes } = await this.#import(source);
    return { cid: this.#keep(cid), sizeBytes };
  }

  async addDirectory(entries: AsyncIterable<DirectoryEntry>): Promise<AddedMedia> {
    const builder = new DirectoryBuilder();
    for await (const { path, content } of entries) {
      if (content === null) builder.placeDirectory(path);
      else builder.place(path)(await this.#import(content));
    }
    const { cid, dagBytes } = builder.build((at, block) => this.blocks.set(keyOf(at), block));
    return { cid: this.#keep(cid), sizeBytes: dagBytes };
  }

  async stat(cid: string) {
    return this.#roots.has(cid) ? await blocksOf(this).stat(known(cid)) : null;
  }

  async find(cid: string, path: string) {
    return this.#roots.has(cid) ? await findBelow(blocksOf(this), known(cid), path) : null;
  }

  async *list(cid: string) {
    yield* listDirectory(blocksOf(this), known(cid));
  }

  async *read(cid: string, range: ByteRange) {
    const stat = await blocksOf(this).stat(known(cid));
    if (stat?.kind !== 'file') throw new MediaNotFound({ cid });
    const offset = Math.min(range.offset, stat.sizeBytes);
    const length = Math.min(range.length, stat.sizeBytes - offset);
    if (length > 0) yield* readFileBytes(blocksOf(this), known(cid), { ...range, offset, length });
  }

  async block(cid: string): Promise<Uint8Array | null> {
    this.asked.push(cid);
    const block = this.blocks.get(keyOf(known(cid)));
    if (!block) return null;
    const copy = Uint8Array.from(block);
    this.handed.push(new WeakRef(copy));
    return copy;
  }

  async rootsOf(cid: string): Promise<string[]> {
    return [...this.#roots].filter((root) => this.below(root).has(keyOf(known(cid))));
  }

  /** Hashes of a root and of all below it. */
  below(root: string): Set<string> {
    const known = this.#below.get(root) ?? this.#goThrough(root);
    this.#below.set(root, known);
    return known;
  }

  #goThrough(root: string): Set<string> {
    const found = new Set<string>();
    const visit = (cid: CID) => {
      if (found.has(keyOf(cid))) return;
      found.add(keyOf(cid));
      const block = this.blocks.get(keyOf(cid));
      for (const link of block ? linksOf(cid, block).links : []) visit(link.cid);
    };
    visit(known(root));
    return found;
  }

  /** CIDs that a node names. */
  linksOf(cid: string): string[] {
    const block = this.blocks.get(keyOf(known(cid))) ?? new Uint8Array();
    return linksOf(known(cid), block).links.map((link) => link.cid.toString(base32));
  }

  lose(cid: string): void {
    this.blocks.delete(keyOf(known(cid)));
  }

  damage(cid: string): void {
    this.blocks.set(keyOf(known(cid)), Buffer.from('not these bytes'));
  }

  async remove(cid: string): Promise<void> {
    this.#roots.delete(cid);
  }

  async ping(): Promise<void> {}
  async close(): Promise<void> {}

  async #import(source: AsyncIterable<Uint8Array>) {
    let sizeBytes = 0;
    const counted = async function* () {
      for await (const piece of source) {
        sizeBytes += piece.length;
        yield piece;
      }
    };
    const sink = {
      put: async (cid: CID, block: Uint8Array) => {
        this.blocks.set(keyOf(cid), Uint8Array.from(block));
        return cid;
      },
    };
    const { cid, size } = await importByteStream(counted(), sink, asKubo(sink, new Chunker()));
    return { cid, dagBytes: Number(size), sizeBytes };
  }

  #keep(cid: CID): string {
    this.#roots.add(cid.toString(base32));
    return cid.toString(base32);
  }
}

function keyOf(cid: CID): string {
  return Buffer.from(cid.multihash.digest).toString('hex');
}

function known(text: string): CID {
  const cid = parseIpfsCid(text);
  if (!cid) throw new TypeError(text);
  return cid;
}

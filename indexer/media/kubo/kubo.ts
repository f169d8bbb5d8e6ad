import * as dagPb from '@ipld/dag-pb';
import { base32 } from 'multiformats/bases/base32';
import type { CID } from 'multiformats/cid';
import { parseIpfsCid } from '../../lib/cid.ts';
import { KeyedMutex } from '../../lib/locks/keyed-mutex.ts';
import { TaskSet } from '../../lib/tasks.ts';
import { meteredSource } from '../metered-source.ts';
import type {
  AddedMedia,
  AddOptions,
  ByteRange,
  DirectoryEntry,
  FoundMedia,
  ListedMedia,
  MediaStat,
  MediaStorage,
} from '../storage.ts';
import { MediaNotFound, StorageFailure } from '../storage.ts';
import { DirectoryBuilder } from '../unixfs/directory-build.ts';
import { type DirectoryBlocks, findBelow, listDirectory, mediaStat } from '../unixfs/directory-read.ts';
import { hashFile } from '../unixfs/importer.ts';
import { readFileBytes } from '../unixfs/read-file.ts';
import { isVerifiable } from '../unixfs/verify.ts';
import { KuboNode, type KuboNodeOptions } from './client.ts';
import { hashing, mirrored, type Upload } from './mirrored.ts';
import { PinnedRoots } from './pinned-roots.ts';

/**
 * Media on a Kubo node (IPFS). What the node pins is what is kept: what was added here, and what its operator pinned
 * there. The node need not be up yet. See decision 0022.
 */
export function openKuboStorage(options: KuboNodeOptions): MediaStorage {
  return new KuboStorage(new KuboNode(options));
}

class KuboStorage implements MediaStorage {
  readonly name = 'kubo';
  readonly #node: KuboNode;
  readonly #roots: PinnedRoots;
  /** Pinning and unpinning of one CID go one after the other. */
  readonly #mutex = new KeyedMutex();
  readonly #closing = new AbortController();
  readonly #uploads = new TaskSet();

  constructor(node: KuboNode) {
    this.#node = node;
    this.#roots = new PinnedRoots(node);
  }

  add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#uploads.track(this.#add(source, options));
  }

  addDirectory(entries: AsyncIterable<DirectoryEntry>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#uploads.track(this.#addDirectory(entries, options));
  }

  async stat(cid: string): Promise<MediaStat | null> {
    const root = await this.#pinned(cid);
    return root && (await this.#blocks.stat(root));
  }

  async find(cid: string, path: string): Promise<FoundMedia | null> {
    const root = await this.#pinned(cid);
    return root && (await findBelow(this.#blocks, root, path));
  }

  async *list(cid: string): AsyncGenerator<ListedMedia> {
    yield* listDirectory(this.#blocks, (await this.#kept(cid, 'directory')).root);
  }

  async *read(cid: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const found = await this.#kept(cid, 'file', range.signal);
    const offset = Math.min(range.offset, found.sizeBytes);
    const length = Math.min(range.length, found.sizeBytes - offset);
    if (length > 0) yield* readFileBytes(this.#node, found.root, { ...range, offset, length });
  }

  async block(cid: string): Promise<Uint8Array | null> {
    const [block] = spellings(cid);
    if (!block || (await this.#roots.holding(block)).length === 0) return null;
    return await this.#node.block(block);
  }

  async rootsOf(cid: string): Promise<string[]> {
    const [block] = spellings(cid);
    const roots = block ? await this.#roots.holding(block) : [];
    return [...new Set(roots.map((root) => root.toV1().toString(base32)))];
  }

  async remove(cid: string): Promise<void> {
    for (const root of spellings(cid)) await this.#mutex.run(root.toString(), () => this.#node.unpin(root));
  }

  ping(): Promise<void> {
    return this.#node.ping();
  }

  /** Ends uploads under way. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the media storage is closing'));
    await this.#uploads.idle();
  }

  get #blocks(): DirectoryBlocks {
    return {
      read: (cid, signal) => this.#node.read(cid, signal),
      stat: async (cid) => mediaStat(cid, await this.#node.read(cid)),
    };
  }

  /** The file is hashed here too while it goes to the node: only what arrived there whole and unchanged is pinned. */
  #add(source: AsyncIterable<Uint8Array>, options: AddOptions): Promise<AddedMedia> {
    return this.#keepAfter(options, async ({ stop, failed }) => {
      const metered = meteredSource(source, stop, options.onProgress);
      const { copy, sent } = mirrored(metered, failed, stop);
      const [{ cid }, answered] = await endingWith(sent, hashFile(copy), this.#node.add(sent, stop));
      return { root: cid, answered, sizeBytes: metered.bytes };
    });
  }

  #addDirectory(entries: AsyncIterable<DirectoryEntry>, options: AddOptions): Promise<AddedMedia> {
    return this.#keepAfter(options, async ({ stop, failed }) => {
      const builder = new DirectoryBuilder();
      const sent = hashing(entries, builder, { ...options, stop, failed });
      const [, answered] = await endingWith(sent, undefined, this.#node.addDirectory(sent, stop));
      const { cid, dagBytes } = builder.build(() => undefined);
      return { root: cid, answered, sizeBytes: dagBytes };
    });
  }

  async #keepAfter(
    { signal, beforeKept }: AddOptions,
    send: (upload: Upload) => Promise<{ root: CID; answered: CID; sizeBytes: number }>,
  ): Promise<AddedMedia> {
    const failed = new AbortController();
    const stop = AbortSignal.any([failed.signal, this.#closing.signal, ...(signal ? [signal] : [])]);
    try {
      const { root, answered, sizeBytes } = await send({ stop, failed });
      if (!answered.equals(root)) throw otherCid(answered, root);
      const media = { cid: root.toString(), sizeBytes };
      await beforeKept?.(media);
      await this.#mutex.run(media.cid, () => this.#keep(root, sizeBytes, stop));
      return media;
    } catch (error) {
      failed.abort(error);
      throw stop.reason; // whatever came first
    }
  }

  /** Pins, or leaves things as they were. */
  async #keep(root: CID, sizeBytes: number, stop: AbortSignal): Promise<void> {
    if (await this.#node.isPinned(root, stop)) return; // Kubo would drop the pin before it makes it anew
    try {
      await this.#node.pin(root, sizeBytes, stop);
    } catch (error) {
      await this.#node.unpin(root).catch(() => undefined); // the pin may have been made, unanswered
      throw error;
    }
  }

  /** The root that is pinned under this CID. */
  async #pinned(cid: string, signal?: AbortSignal): Promise<CID | null> {
    for (const root of spellings(cid)) if (await this.#node.isPinned(root, signal)) return root;
    return null;
  }

  /** @throws {MediaNotFound} when it is neither pinned nor part of what is, or is something else. */
  async #kept(cid: string, kind: MediaStat['kind'], signal?: AbortSignal) {
    const [block] = spellings(cid);
    const root = (await this.#pinned(cid, signal)) ?? block;
    const isPart = root === block && root !== undefined;
    if (!root || (isPart && (await this.#roots.holding(root)).length === 0)) throw new MediaNotFound({ cid });
    const stat = mediaStat(root, await this.#node.read(root, signal));
    if (stat?.kind !== kind) throw new MediaNotFound({ cid });
    return { root, sizeBytes: stat.sizeBytes };
  }
}

/** Both results; `sent` is let go, whichever way it ends. */
async function endingWith<A, B>(sent: AsyncGenerator<unknown>, one: A, other: B) {
  try {
    return await Promise.all([one, other]);
  } finally {
    sent.return(undefined).catch(() => undefined); // not awaited: a source that hangs would hold this too
  }
}

/** The CIDs under which a node may have pinned the same file, which are v0 and v1. None for what can't be verified. */
function spellings(text: string): CID[] {
  const cid = parseIpfsCid(text)?.toV1();
  if (!cid || !isVerifiable(cid)) return [];
  return cid.code === dagPb.code ? [cid, cid.toV0()] : [cid];
}

function otherCid(answered: CID, root: CID): StorageFailure {
  const why = `add: the node has stored ${answered} where ${root} was sent`;
  return new StorageFailure('kubo', why, { retryable: false });
}

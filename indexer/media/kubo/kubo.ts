import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import * as dagPb from '@ipld/dag-pb';
import type { CID } from 'multiformats/cid';
import { parseIpfsCid } from '../../lib/cid.ts';
import { KeyedMutex } from '../../lib/keyed-mutex.ts';
import { TaskSet } from '../../lib/tasks.ts';
import { meteredSource } from '../metered-source.ts';
import { SingleFiles } from '../single-files.ts';
import type { AddedMedia, AddOptions, ByteRange, MediaStat, MediaStorage } from '../storage.ts';
import { MediaNotFound, StorageFailure } from '../storage.ts';
import { cidOf } from '../unixfs/importer.ts';
import { fileSizeBytes, readFileBytes } from '../unixfs/read-file.ts';
import { isVerifiable } from '../unixfs/verify.ts';
import { KuboNode, type KuboNodeOptions } from './client.ts';

/**
 * Media on a Kubo node (IPFS). What the node pins is what is kept: files added here, and those that its operator
 * pinned there. The node need not be up yet. See decision 0022.
 */
export function openKuboStorage(options: KuboNodeOptions): MediaStorage {
  return new KuboStorage(new KuboNode(options));
}

class KuboStorage extends SingleFiles implements MediaStorage {
  override readonly name = 'kubo';
  readonly #node: KuboNode;
  /** Pinning and unpinning of one CID go one after the other. */
  readonly #mutex = new KeyedMutex();
  readonly #closing = new AbortController();
  readonly #uploads = new TaskSet();

  constructor(node: KuboNode) {
    super();
    this.#node = node;
  }

  add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#uploads.track(this.#add(source, options));
  }

  async stat(cid: string): Promise<MediaStat | null> {
    const found = await this.#find(cid);
    return found && { kind: 'file', sizeBytes: found.sizeBytes };
  }

  async *read(cid: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const found = await this.#find(cid, range.signal);
    if (!found) throw new MediaNotFound({ cid });
    const offset = Math.min(range.offset, found.sizeBytes);
    const length = Math.min(range.length, found.sizeBytes - offset);
    if (length > 0) yield* readFileBytes(this.#node, found.root, { ...range, offset, length });
  }

  async block(cid: string): Promise<Uint8Array | null> {
    const [root] = spellings(cid);
    if (!root || (await this.rootsOf(cid)).length === 0) return null;
    return await this.#node.read(root);
  }

  async rootsOf(cid: string): Promise<string[]> {
    const found = await Promise.all(spellings(cid).map((block) => this.#node.rootsOf(block)));
    return [...new Set(found.flat().map((root) => root.toV1().toString()))];
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

  /** The file is hashed here too while it goes to the node: only what arrived there whole and unchanged is pinned. */
  async #add(
    source: AsyncIterable<Uint8Array>,
    { signal, onProgress, beforeKept }: AddOptions,
  ): Promise<AddedMedia> {
    const failed = new AbortController();
    const stop = AbortSignal.any([failed.signal, this.#closing.signal, ...(signal ? [signal] : [])]);
    const metered = meteredSource(source, stop, onProgress);
    const hashed = new PassThrough({ objectMode: true, highWaterMark: 2, signal: stop });
    hashed.on('error', () => undefined); // told by whoever reads it
    const sent = passing(metered, hashed, failed);
    try {
      const [root, answered] = await Promise.all([cidOf(hashed), this.#node.add(sent, stop)]);
      if (!answered.equals(root)) throw otherCid(answered, root);
      const media = { cid: root.toString(), sizeBytes: metered.bytes };
      await beforeKept?.(media);
      await this.#mutex.run(media.cid, () => this.#keep(root, media.sizeBytes, stop));
      return media;
    } catch (error) {
      failed.abort(error);
      throw stop.reason; // whatever came first
    } finally {
      sent.return(undefined).catch(() => undefined); // not awaited: a source that hangs would hold this too
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

  async #find(cid: string, signal?: AbortSignal): Promise<{ root: CID; sizeBytes: number } | null> {
    for (const root of spellings(cid)) {
      if (!(await this.#node.isPinned(root, signal))) continue;
      const sizeBytes = fileSizeBytes(root, await this.#node.read(root, signal));
      return sizeBytes === null ? null : { root, sizeBytes };
    }
    return null;
  }
}

/** Yields what `source` yields, and hands it to `copy` too, both no faster than the slower of them. */
async function* passing(
  source: AsyncIterable<Uint8Array>,
  copy: PassThrough,
  failed: AbortController,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      if (!copy.write(chunk)) await once(copy, 'drain', { signal: failed.signal });
      yield chunk;
    }
    copy.end();
  } catch (error) {
    failed.abort(error); // before Kubo's client sees it, which would end the upload as if the file were complete
    throw error;
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

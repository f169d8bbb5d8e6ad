import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CID } from 'multiformats/cid';
import { canonicalCid, parseIpfsCid } from '../../lib/cid.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { Mutex } from '../../lib/keyed-mutex.ts';
import { TaskSet } from '../../lib/tasks.ts';
import { meteredSource } from '../metered-source.ts';
import type { Pin } from '../pins.ts';
import { Pins } from '../pins.ts';
import { SingleFiles } from '../single-files.ts';
import type { AddedMedia, AddOptions, ByteRange, MediaStat, MediaStorage } from '../storage.ts';
import { MediaNotFound } from '../storage.ts';
import { readFileBytes } from '../unixfs/read-file.ts';
import { BlockFiles, blockPath } from './block-files.ts';
import { BlockJournal } from './block-journal.ts';
import { BlockRefs } from './block-refs.ts';
import { BlockUpload } from './block-upload.ts';
import type { PinnedBlocks } from './garbage-collect.ts';
import { collectGarbage, pathsOf, subtractPinned } from './garbage-collect.ts';

export interface HeliaStorageOptions {
  /** Blocks, pins and the journal lie in its subfolders `blocks`, `pins` and `journal`. */
  dataDir: string;
  /** What a person should know: what the start cleaned up, what is damaged. */
  log: (message: string) => void;
}

/**
 * IPFS in this process, offline: Helia's UnixFS over blocks in files. An upload is kept by one atomic record after
 * its last block and survives `kill -9` from then on; what an unfinished one wrote is deleted, at the latest by
 * the next start. Only files added here are served, by their root: not single blocks of theirs.
 */
export async function openHeliaStorage({ dataDir, log }: HeliaStorageOptions): Promise<MediaStorage> {
  const folder = {
    blocks: join(dataDir, 'blocks'),
    pins: join(dataDir, 'pins'),
    journal: join(dataDir, 'journal'),
  };
  for (const path of Object.values(folder)) await mkdir(path, { recursive: true });

  const pinned = { blocks: new BlockFiles(folder.blocks), pins: new Pins(folder.pins), log };
  await collectGarbage(pinned, folder.journal);
  return new HeliaStorage(folder.blocks, pinned, new BlockJournal(folder.journal));
}

class HeliaStorage extends SingleFiles implements MediaStorage {
  override readonly name = 'helia';
  readonly #folder: string;
  readonly #pinned: PinnedBlocks;
  readonly #journal: BlockJournal;
  readonly #refs: BlockRefs;
  readonly #closing = new AbortController();
  readonly #uploads = new TaskSet();
  /** Keeping and removing take turns, so that a removal's view of what is kept holds until it is done. */
  readonly #mutex = new Mutex();

  constructor(folder: string, pinned: PinnedBlocks, journal: BlockJournal) {
    super();
    this.#folder = folder;
    this.#pinned = pinned;
    this.#journal = journal;
    this.#refs = new BlockRefs(pinned.blocks, journal);
  }

  add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#uploads.track(this.#add(source, options));
  }

  async stat(cid: string): Promise<MediaStat | null> {
    const found = await this.#find(cid);
    return found && { kind: 'file', sizeBytes: found.pin.sizeBytes };
  }

  async *read(cid: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const found = await this.#find(cid);
    if (!found) throw new MediaNotFound({ cid });
    const offset = Math.min(range.offset, found.pin.sizeBytes);
    const length = Math.min(range.length, found.pin.sizeBytes - offset);
    if (length > 0) yield* readFileBytes(this.#pinned.blocks, found.root, { ...range, offset, length });
  }

  async block(cid: string): Promise<Uint8Array | null> {
    const block = parseIpfsCid(cid);
    return block && (await this.rootsOf(cid)).length > 0 ? await this.#pinned.blocks.read(block) : null;
  }

  async rootsOf(cid: string): Promise<string[]> {
    const block = parseIpfsCid(cid);
    const roots: string[] = [];
    for (const root of block ? await this.#pinned.pins.list() : []) {
      if (block && (await pathsOf(root, this.#pinned)).has(blockPath(block))) roots.push(root);
    }
    return roots;
  }

  async remove(cid: string): Promise<void> {
    await this.#mutex.run(async () => {
      const found = await this.#find(cid);
      if (!found) return;
      const paths = await pathsOf(found.key, this.#pinned);
      await subtractPinned(paths, this.#pinned, found.key);
      this.#refs.begin();
      this.#refs.suspect(paths);
      await this.#pinned.pins.delete(found.key);
      await this.#refs.drop(paths);
      this.#refs.end();
    });
  }

  async ping(): Promise<void> {
    await access(this.#folder, constants.R_OK | constants.W_OK);
  }

  /** Ends uploads under way, and waits until what they wrote is deleted. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the media storage is closing'));
    await this.#uploads.idle();
    await this.#mutex.idle();
    this.#journal.close();
  }

  async #add(
    source: AsyncIterable<Uint8Array>,
    { signal, onProgress, beforeKept }: AddOptions,
  ): Promise<AddedMedia> {
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const metered = meteredSource(source, stop, onProgress);
    const upload = new BlockUpload(this.#folder, this.#refs);
    try {
      const cid = (await upload.import(metered)).toString();
      const media = { cid, sizeBytes: metered.bytes };
      crashPoint('upload.written');
      await beforeKept?.(media);
      await this.#mutex.run(async () => {
        stop.throwIfAborted();
        await this.#pinned.pins.put(cid, { sizeBytes: media.sizeBytes });
        upload.keep();
      });
      crashPoint('upload.pinned');
      return media;
    } catch (error) {
      await upload.giveUp(error);
      throw error;
    }
  }

  async #find(cid: string): Promise<PinnedFile | null> {
    const key = canonicalCid(cid);
    const root = key && parseIpfsCid(key);
    const pin = root && (await this.#pinned.pins.get(key));
    return pin ? { key, root, pin } : null;
  }
}

interface PinnedFile {
  /** The canonical CID, under which the pin is recorded. */
  key: string;
  root: CID;
  pin: Pin;
}

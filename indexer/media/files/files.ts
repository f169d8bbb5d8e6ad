import { access, constants } from 'node:fs/promises';
import { canonicalCid, parseIpfsCid } from '../../lib/cid.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { Mutex } from '../../lib/locks/keyed-mutex.ts';
import { TaskSet } from '../../lib/tasks.ts';
import { Items } from '../iterables.ts';
import { abortable, meteredSource } from '../metered-source.ts';
import { Pins } from '../pins.ts';
import type {
  AddedMedia,
  AddOptions,
  ByteRange,
  DirectoryEntry,
  FoundMedia,
  ListedMedia,
  MediaKind,
  MediaStat,
  MediaStorage,
} from '../storage.ts';
import { MediaNotFound } from '../storage.ts';
import { DirectoryBuilder } from '../unixfs/directory-build.ts';
import { findBelow, listDirectory, mediaStat } from '../unixfs/directory-read.ts';
import { BlockDamaged } from '../unixfs/verify.ts';
import { openIndex } from './block-index.ts';
import { ObjectBlocks } from './blocks.ts';
import { decodeNodes, encodeNodes } from './directory-file.ts';
import { MediaFolder } from './folder.ts';
import { Incoming, type StagedFile } from './incoming.ts';
import { type StagedDirectory, StoredObjects } from './objects.ts';
import { readLeaves } from './read-leaves.ts';
import { sweep } from './sweep.ts';
import { TakeOver } from './take-over.ts';

export interface FileStorageOptions {
  folder: string;
  /** Where the store before this one had its blocks: they are taken over. */
  oldBlocks?: string;
  /** What a person should know: what the start cleaned up, what is damaged. */
  log: (message: string) => void;
}

/**
 * IPFS in this process, offline: files as they are, their blocks told by hashes beside them (decision 0028). An upload
 * is kept by one atomic record after everything of it is on the disk, and survives `kill -9` from then on; what an
 * unfinished one wrote is deleted, at the latest by the next start.
 */
export async function openFileStorage({
  folder: path,
  oldBlocks,
  log,
}: FileStorageOptions): Promise<MediaStorage> {
  const folder = new MediaFolder(path);
  await folder.create();
  const index = await openIndex(folder.index);
  const objects = new StoredObjects(folder, new Pins<MediaStat>(folder.roots), index);
  const storage = new FileStorage(objects);
  try {
    await sweep(objects, log);
    if (oldBlocks !== undefined) await storage.takeOver(oldBlocks, log);
  } catch (error) {
    await storage.close();
    throw error;
  }
  return storage;
}

class FileStorage implements MediaStorage {
  readonly name = 'files';
  readonly #objects: StoredObjects;
  readonly #blocks: ObjectBlocks;
  readonly #closing = new AbortController();
  readonly #uploads = new TaskSet();
  /** Keeping and removing take turns, so that a removal's view of what is kept holds until it is done. */
  readonly #mutex = new Mutex();
  #old: TakeOver | null = null;
  readonly read = (text: string, range: ByteRange) => new Items(this.#leaves(text, range));

  constructor(objects: StoredObjects) {
    this.#objects = objects;
    this.#blocks = new ObjectBlocks(objects);
  }

  /** Begins to move what an old folder has here. Who asks for a file of it gets it once it is here. */
  async takeOver(folder: string, log: (message: string) => void): Promise<void> {
    const isKept = async (cid: string) => (await this.#objects.roots.get(cid)) !== null;
    this.#old = await TakeOver.begin(folder, { add: (...file) => this.add(...file), isKept }, log);
  }

  add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#upload(options, async (incoming, stop) => {
      const file = await incoming.take(meteredSource(source, stop, options.onProgress));
      const { cid, sizeBytes } = file;
      return { media: { cid: cid.toString(), sizeBytes }, kind: 'file', files: [file] };
    });
  }

  addDirectory(entries: AsyncIterable<DirectoryEntry>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#upload(options, async (incoming, stop) => {
      const builder = new DirectoryBuilder();
      const files = new Map<string, StagedFile>();
      let arrived = 0;
      for await (const { path, content } of abortable(entries, stop)) {
        if (content === null) {
          builder.placeDirectory(path);
          continue;
        }
        const put = builder.place(path);
        const before = arrived;
        const metered = meteredSource(content, stop, (bytes) => options.onProgress?.(before + bytes));
        const file = await incoming.take(metered);
        arrived += metered.bytes;
        put(file);
        const key = file.cid.toString();
        if (files.has(key)) await incoming.discard(file);
        else files.set(key, file);
      }
      const nodes: Uint8Array[] = [];
      const root = builder.build((_, block) => nodes.push(block));
      const bytes = encodeNodes(nodes);
      const media = { cid: root.cid.toString(), sizeBytes: root.dagBytes };
      const directory = { ...media, path: await incoming.write(bytes), nodes: decodeNodes(bytes) };
      return { media, kind: 'directory', files: [...files.values()], directory };
    });
  }

  async stat(cid: string): Promise<MediaStat | null> {
    return (await this.#rootOf(cid))?.stat ?? null;
  }

  async find(cid: string, path: string): Promise<FoundMedia | null> {
    const root = await this.#rootOf(cid);
    if (!root) return null;
    if (path === '') return { cid: root.key, ...root.stat };
    return await findBelow(this.#blocks, root.cid, path);
  }

  async *list(text: string): AsyncGenerator<ListedMedia> {
    const cid = parseIpfsCid(text);
    const block = cid && (await this.#blocks.get(cid));
    if (!block || mediaStat(cid, block)?.kind !== 'directory') throw new MediaNotFound({ cid: text });
    yield* listDirectory(this.#blocks, cid);
  }

  async *#leaves(text: string, range: ByteRange): AsyncGenerator<Uint8Array[], void> {
    const key = canonicalCid(text) ?? '';
    const cid = parseIpfsCid(key);
    const isHere = cid && (await this.#isReadable(key));
    const object = isHere && this.#objects.index.get(key);
    if (isHere && !object) throw new BlockDamaged(cid, 'is missing');
    if (!object || object.kind === 'directory') throw new MediaNotFound({ cid: text });
    const offset = Math.min(range.offset, object.sizeBytes);
    const length = Math.min(range.length, object.sizeBytes - offset);
    if (length === 0) return;
    const tree = this.#blocks.treeOf(object);
    yield* readLeaves(this.#objects.folder.fileOf(key), tree, { ...range, offset, length });
  }

  async block(text: string): Promise<Uint8Array | null> {
    const cid = parseIpfsCid(text);
    await this.#old?.ready(canonicalCid(text) ?? '');
    return cid && (await this.#blocks.get(cid));
  }

  async rootsOf(text: string): Promise<string[]> {
    const cid = parseIpfsCid(text);
    return cid ? await this.#blocks.rootsOf(cid) : [];
  }

  async remove(cid: string): Promise<void> {
    const { roots, index } = this.#objects;
    const key = canonicalCid(cid) ?? '';
    await this.#old?.ready(key);
    await this.#mutex.run(async () => {
      if (!parseIpfsCid(key) || !(await roots.has(key))) return;
      const object = index.get(key);
      const files = object ? index.filesOf(object) : [];
      await roots.delete(key);
      crashPoint('removal.recorded');
      await this.#objects.dropUnneeded([key, ...files]);
    });
  }

  async ping(): Promise<void> {
    await access(this.#objects.folder.incoming, constants.R_OK | constants.W_OK);
  }

  /** Ends uploads under way, and waits until what they wrote is deleted. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the media storage is closing'));
    await this.#uploads.idle();
    await this.#old?.end();
    await this.#mutex.idle();
    this.#objects.index.close();
  }

  #upload(options: AddOptions, take: Take): Promise<AddedMedia> {
    return this.#uploads.track(this.#taken(options, take));
  }

  async #taken({ signal, beforeKept }: AddOptions, take: Take): Promise<AddedMedia> {
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const { folder, roots } = this.#objects;
    const incoming = await Incoming.open(folder);
    try {
      const { media, kind, files, directory } = await take(incoming, stop);
      await incoming.sync();
      crashPoint('upload.written');
      await beforeKept?.(media);
      await this.#mutex.run(async () => {
        stop.throwIfAborted();
        try {
          await this.#objects.place(files, directory);
          crashPoint('upload.placed');
          await roots.put(media.cid, { kind, sizeBytes: media.sizeBytes });
        } catch (error) {
          await this.#objects.dropUnneeded([media.cid, ...files.map((file) => file.cid.toString())]);
          throw error;
        }
      });
      crashPoint('upload.pinned');
      return media;
    } finally {
      await incoming.dispose();
    }
  }

  async #rootOf(text: string) {
    const key = canonicalCid(text);
    const cid = key && parseIpfsCid(key);
    if (cid) await this.#old?.ready(key);
    const stat = cid && (await this.#objects.roots.get(key));
    return stat ? { key, cid, stat } : null;
  }

  /** A record that is torn keeps its file from being deleted, and from being read. */
  async #isReadable(key: string): Promise<boolean> {
    await this.#old?.ready(key);
    return (await this.#objects.roots.get(key)) !== null || this.#objects.index.directoriesOf(key).length > 0;
  }
}

type Take = (incoming: Incoming, stop: AbortSignal) => Promise<Taken>;

/** What has arrived. */
interface Taken {
  media: AddedMedia;
  kind: MediaKind;
  files: StagedFile[];
  directory?: StagedDirectory;
}

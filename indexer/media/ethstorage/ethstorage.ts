import { join } from 'node:path';
import { canonicalCid, parseIpfsCid } from '../../lib/cid.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { KeyedMutex } from '../../lib/locks/keyed-mutex.ts';
import { TaskSet } from '../../lib/tasks.ts';
import { call } from '../../rpc/rpc.ts';
import { meteredSource } from '../metered-source.ts';
import type { Pins } from '../pins.ts';
import { SingleFiles } from '../single-files.ts';
import type { AddedMedia, AddOptions, ByteRange, MediaStat, MediaStorage } from '../storage.ts';
import { MediaNotFound } from '../storage.ts';
import { BlobEncoding } from './blobs.ts';
import { Directory } from './directory.ts';
import { DirectoryLocator, LAG_MS, type LocatorOptions, type OwnDirectory } from './directory-locator.ts';
import { CALLDATA, type Encoding } from './encoding.ts';
import { asReadingError, EthStorageError } from './errors.ts';
import { readStored, type StoredFile, storedFileOf } from './read.ts';
import { openRecords } from './records.ts';
import { Recovery, recognise } from './recover.ts';
import { Stage, type StagedFile } from './stage.ts';
import { removeFile, uploadFile } from './upload-file.ts';

export interface EthStorageOptions extends LocatorOptions {
  /** Records of what is stored, the directory's address and files on their way, in a folder for each chain. */
  dataDir: string;
  /** Largest file taken. */
  maxBytes: number;
  /** Whether a file that is not recorded here is worth looking for in the directory. */
  isWanted?: (cid: string) => Promise<boolean>;
  /** How long one transaction may take. */
  stallMs?: number;
  /** How long a file may take: this, and as much again for each of its transactions. */
  overallMs?: number;
}

const OVERALL_MS = 60_000;

/**
 * Files on a chain, in one FlatDirectory contract of this host, under their CIDs: the same file again is the same CID
 * and costs nothing. A file is here once a record of it is written, after the directory has shown every chunk of it;
 * what a failed try left there is used by the next one, and is not served.
 */
export async function openEthStorage(options: EthStorageOptions): Promise<MediaStorage> {
  const folder = join(options.dataDir, String(options.chainId));
  const stage = await Stage.open(join(folder, 'staged'));
  const records = await openRecords(join(folder, 'files'), options.chain, options.log);
  return new EthStorage(options, folder, stage, records);
}

class EthStorage extends SingleFiles implements MediaStorage {
  override readonly name = 'ethstorage';
  readonly #options: EthStorageOptions;
  readonly #stage: Stage;
  readonly #records: Pins<StoredFile>;
  readonly #locator: DirectoryLocator;
  readonly #blobs: BlobEncoding;
  readonly #mutex = new KeyedMutex();
  readonly #recovery = new Recovery();
  readonly #closing = new AbortController();
  readonly #tasks = new TaskSet();

  constructor(options: EthStorageOptions, folder: string, stage: Stage, records: Pins<StoredFile>) {
    super();
    this.#options = options;
    this.#stage = stage;
    this.#records = records;
    this.#blobs = new BlobEncoding(options.chain);
    this.#locator = new DirectoryLocator(options, folder, this.#closing.signal);
  }

  /** @throws {EthStorageError}, {MediaTooLarge} */
  add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<AddedMedia> {
    return this.#tasks.track(this.#add(source, options));
  }

  async stat(cid: string): Promise<MediaStat | null> {
    const found = await this.#find(cid);
    return found && { kind: 'file', sizeBytes: found.file.sizeBytes };
  }

  async *read(cid: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const found = await this.#find(cid);
    if (!found) throw new MediaNotFound({ cid });
    const { key, file } = found;
    const offset = Math.min(range.offset, file.sizeBytes);
    const length = Math.min(range.length, file.sizeBytes - offset);
    if (length > 0)
      yield* readStored(this.#directoryAt(file.directory), key, file, { ...range, offset, length });
  }

  /**
   * A chain keeps chunks of other sizes: to make one block all of a file would have to be read from there, and hashed.
   * Nothing of it leaves unpaid by that, since no CID but the file's own finds anything here.
   */
  async block(): Promise<null> {
    return null;
  }

  async rootsOf(): Promise<string[]> {
    return [];
  }

  /** The chain forgets where the chunks are; that they were there, its history keeps. @throws {EthStorageError} */
  async remove(cid: string): Promise<void> {
    const key = ipfsKey(cid);
    if (key === null) return;
    const { key: owner, stallMs } = this.#options;
    const { signal } = this.#closing;
    await this.#tasks.track(
      this.#mutex.run(key, async () => {
        await this.#records.delete(key);
        const own = await this.#locator.find(signal);
        if (own) await removeFile(key, { ...own, key: owner, signal, stallMs });
      }),
    );
  }

  /** The chain answers, the node for contents too, and a directory that is configured is usable. */
  async ping(): Promise<void> {
    const { chain, contents = chain } = this.#options;
    await this.#locator.find();
    await call(contents, 'eth_chainId', []).catch((error: unknown) => {
      throw asReadingError('the node for contents', error);
    });
  }

  /** Ends uploads under way; what they have sent is used by the next try. */
  async close(): Promise<void> {
    this.#closing.abort(new EthStorageError('unreachable', 'the media storage is closing'));
    await this.#tasks.idle();
    await this.#blobs.close();
  }

  /** Whoever is asked before the file is kept is asked before anything is paid for it. */
  async #add(
    source: AsyncIterable<Uint8Array>,
    { signal, onProgress, beforeKept }: AddOptions,
  ): Promise<AddedMedia> {
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    try {
      const metered = meteredSource(source, stop, onProgress);
      await using file = await this.#stage.take(metered, this.#options.maxBytes);
      const { cid, sizeBytes } = file;
      stop.throwIfAborted();
      await beforeKept?.({ cid, sizeBytes });
      return await this.#mutex.run(cid, () => this.#keep(file, stop));
    } catch (error) {
      throw stop.aborted ? stop.reason : error;
    }
  }

  async #keep(file: StagedFile, stop: AbortSignal): Promise<AddedMedia> {
    const { cid, sizeBytes } = file;
    const { key, chainId, log, stallMs, overallMs = OVERALL_MS, lagMs = LAG_MS } = this.#options;
    stop.throwIfAborted();
    const { directory, mode } = await this.#locator.obtain(stop);
    const encoding = this.#encoding(mode);
    const calls = Math.ceil(sizeBytes / encoding.chunkBytes / encoding.chunksPerCall);
    const limitMs = overallMs * (1 + calls);
    const onChunks = (there: number, of: number) => log(`EthStorage: ${there} of ${of} chunks of ${cid}`);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(limitMs)]);
    const upload = { file, directory, encoding, key, signal, onChunks, stallMs, lagMs };
    await uploadFile(upload).catch((error) => {
      if (!signal.aborted || stop.aborted) throw error;
      const message = `the file is not there after ${Math.round(limitMs / 1000)} s`;
      throw new EthStorageError('timeout', message, { cause: error });
    });
    crashPoint('ethstorage.whole');
    await this.#records.put(cid, await storedFileOf(file, directory, encoding));
    this.#recovery.forget(cid);
    return { cid, sizeBytes, web3Url: `web3://${directory.address}:${chainId}/${cid}` };
  }

  #encoding(mode: OwnDirectory['mode']): Encoding {
    return mode === 'blobs' ? this.#blobs : CALLDATA;
  }

  async #find(cid: string): Promise<{ key: string; file: StoredFile } | null> {
    const key = ipfsKey(cid);
    if (key === null) return null;
    const file = (await this.#records.get(key)) ?? (await this.#recovery.find(key, () => this.#recover(key)));
    return file && { key, file };
  }

  async #recover(cid: string): Promise<StoredFile | null> {
    const { isWanted, maxBytes, log } = this.#options;
    if (!(await isWanted?.(cid))) return null;
    const { signal } = this.#closing;
    const own = await this.#locator.find(signal);
    const entry = await own?.directory.entry(cid, signal);
    if (!own || !entry?.mode || entry.sizeBytes > maxBytes) return null;
    const { chunkBytes } = this.#encoding(entry.mode);
    const file = await recognise(own.directory, cid, entry, chunkBytes, signal);
    if (file === null) return null;
    await this.#records.put(cid, file);
    log(`EthStorage: found ${cid} again in ${own.directory.address}`);
    return file;
  }

  #directoryAt(address: string): Directory {
    const { chain, contents } = this.#options;
    return new Directory(address, chain, contents);
  }
}

/** The name in the directory; addresses of other directories are none. */
function ipfsKey(cid: string): string | null {
  const key = canonicalCid(cid);
  return key && parseIpfsCid(key) ? key : null;
}

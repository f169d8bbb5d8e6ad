import { BaseError, errorWith } from '../lib/errors.ts';

/** Where media lives. One factory per back end, all passing one shared test suite. */
export interface MediaStorage {
  /** Short name for logs and readiness: `files`, `kubo`, `ethstorage`. */
  readonly name: string;
  /**
   * Streams `source` in and pins it. Memory stays bounded whatever the size.
   * If `source` throws or `signal` aborts, nothing of the content is left behind that was not there before.
   * Throws what `source` threw, the signal's reason, or `StorageFailure`.
   * @returns the CID (for IPFS: equal to `ipfs add --cid-version=1`) and the size in bytes.
   */
  add(source: AsyncIterable<Uint8Array>, options?: AddOptions): Promise<AddedMedia>;
  /**
   * Streams a directory of files in and pins it, on the terms of `add`. Each entry's content is read to its end before
   * the next entry is taken. Throws `InvalidPath` too; a back end of single files throws `StorageFailure`.
   * @returns the CID that `ipfs add -r --cid-version=1` gives.
   */
  addDirectory(entries: AsyncIterable<DirectoryEntry>, options?: AddOptions): Promise<AddedMedia>;
  /** What a root is that is kept here; `null` when it is not kept here. */
  stat(cid: string): Promise<MediaStat | null>;
  /**
   * What stands at a path below a kept root, such as `v0/index.m3u8`; the root itself at `''`.
   * `null` where nothing does, and where the root is not kept here.
   */
  find(cid: string, path: string): Promise<FoundMedia | null>;
  /**
   * What stands in a directory that is kept here, or was found below one, in the order of its nodes.
   * Throws `MediaNotFound` when it is none.
   */
  list(cid: string): AsyncIterable<ListedMedia>;
  /**
   * Of a file that is kept here or was found below a directory: bytes `[offset, offset + length)` in order, as far as the file has them. Reads little ahead of its reader, and
   * stops with it. Every block is verified against its CID: one that is damaged or missing ends the reading.
   * Throws `MediaNotFound`, `BlockDamaged`, the signal's reason, or `StorageFailure`.
   */
  read(cid: string, range: ByteRange): AsyncIterable<Uint8Array>;
  /**
   * A block of anything kept here, be it a root, an inner node or a leaf; `null` where there is no such block. It is
   * found by its hash, whatever codec the CID says. Of a back end that keeps no blocks there are none, of its roots
   * neither, and it is no root of any: who asks whether a CID is kept asks `stat`. Throws `BlockDamaged` or
   * `StorageFailure`.
   */
  block(cid: string): Promise<Uint8Array | null>;
  /** Canonical CIDs of the kept roots that hold the block: who decides whether it is free asks that. */
  rootsOf(cid: string): Promise<string[]>;
  /**
   * Unpins and deletes what no other pinned content shares; Kubo does that when it collects garbage the next time.
   * A miss is not an error.
   */
  remove(cid: string): Promise<void>;
  /** Resolves when the back end answers, rejects with the reason when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface AddOptions {
  signal?: AbortSignal;
  /**
   * Called once, when all of the content has arrived and before it is kept: a crash after it may leave the content
   * here, a crash before it does not. What it throws ends the upload as an error of the source does.
   */
  beforeKept?: (media: AddedMedia) => Promise<void>;
  /** Bytes taken from the source. */
  onProgress?: (bytesSoFar: number) => void;
}

export interface AddedMedia {
  cid: string;
  sizeBytes: number;
  /** Where anybody can read it on a chain (ERC-4804), if it is on one. */
  web3Url?: string;
}

export type MediaKind = 'file' | 'directory';

export interface MediaStat {
  kind: MediaKind;
  /** Of a directory: all its blocks, each as often as it is linked, which is what `ipfs files stat` calls cumulative. */
  sizeBytes: number;
}

export interface FoundMedia extends MediaStat {
  cid: string;
}

export interface ListedMedia extends FoundMedia {
  name: string;
}

export interface FileEntry {
  /** Names from the root down, joined by `/`. */
  path: string;
  content: AsyncIterable<Uint8Array>;
}

/** A file; without content a directory, which may have nothing in it. */
export type DirectoryEntry = FileEntry | { path: string; content: null };

export interface ByteRange {
  offset: number;
  length: number;
  signal?: AbortSignal;
}

/** The file is larger than what is taken here. Not retryable. */
export class MediaTooLarge extends errorWith<{ maxBytes: number }>(
  ({ maxBytes }) => `the file is larger than ${maxBytes} bytes`,
) {}

/** A path that no entry of a directory can have, or not beside the others. Not retryable. */
export class InvalidPath extends errorWith<{ path: string }>() {}

/** No such content in this storage. Not retryable. */
export class MediaNotFound extends errorWith<{ cid: string }>(
  ({ cid }) => `no media ${cid} in this storage`,
) {}

/** The back end did not do its part. Retryable when it may the next time: it was away, too slow or cut off. */
export class StorageFailure extends BaseError {
  constructor(storage: string, why: string, options: ErrorOptions & { retryable: boolean }) {
    super(`${storage}: ${why}`, options);
  }
}

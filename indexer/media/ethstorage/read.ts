import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ByteRange } from '../storage.ts';
import { readAhead } from '../unixfs/read-ahead.ts';
import type { Directory } from './directory.ts';
import type { Encoding } from './encoding.ts';
import { EthStorageError } from './errors.ts';
import type { StagedFile } from './stage.ts';

/** A file of which every chunk was in the directory, and what the chunks were whose bytes gave its CID. */
export interface StoredFile {
  /** Address of the directory. */
  directory: string;
  sizeBytes: number;
  /** Of all chunks but the last. */
  chunkBytes: number;
  /** Of each chunk, hex. */
  sha256: string[];
}

/** Chunks asked for ahead of the reader. */
const CHUNKS_AHEAD = 4;
const TRIES = 3;
const BACK_OFF_MS = 250;

/** The record of a file whose chunks the directory has. */
export async function storedFileOf(
  { sizeBytes, read }: StagedFile,
  { address }: Directory,
  { chunkBytes }: Encoding,
): Promise<StoredFile> {
  const hashes: string[] = [];
  for (let at = 0; at < sizeBytes; at += chunkBytes) hashes.push(sha256(await read(at, chunkBytes)));
  return { directory: address, sizeBytes, chunkBytes, sha256: hashes };
}

/**
 * The file's bytes `[offset, offset + length)`, which must lie inside it: only the chunks that hold them are asked for,
 * and each is checked against the hash it had when the whole file gave its CID.
 * @throws {EthStorageError}
 */
export async function* readStored(
  directory: Directory,
  cid: string,
  file: StoredFile,
  { offset, length, signal }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  const checked = (id: number) =>
    patiently(async () => {
      const chunk = await directory.chunk(cid, id, signal);
      if (sha256(chunk) === file.sha256[id]) return chunk;
      const [fault, what] = chunk.length === 0 ? (['unreachable', 'is not there'] as const) : DAMAGED;
      throw new EthStorageError(fault, `chunk ${id} of ${cid} ${what}`);
    }, signal);
  async function* tasks() {
    for (let id = Math.floor(offset / file.chunkBytes); id < Math.ceil(end / file.chunkBytes); id += 1) {
      const start = id * file.chunkBytes;
      yield async () => (await checked(id)).subarray(Math.max(0, offset - start), Math.max(0, end - start));
    }
  }
  for await (const bytes of readAhead(tasks(), CHUNKS_AHEAD)) {
    signal?.throwIfAborted();
    yield bytes;
  }
}

const DAMAGED = ['damaged', 'does not match the CID'] as const;

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** Nodes lag, limit and lose connections: a question that may be answered later is asked again. */
export async function patiently<T>(question: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await question();
    } catch (error) {
      signal?.throwIfAborted();
      if (tries === TRIES || !(error instanceof EthStorageError && error.retryable)) throw error;
      await delay(BACK_OFF_MS * 2 ** tries);
    }
  }
}

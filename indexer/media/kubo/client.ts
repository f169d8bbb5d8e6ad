import { create, type KuboRPCClient } from 'kubo-rpc-client';
import type { CID } from 'multiformats/cid';
import { orAbort } from '../../lib/with-timeout.ts';
import { type DirectoryEntry, StorageFailure } from '../storage.ts';
import { BlockDamaged, type VerifiedBlocks, verified } from '../unixfs/verify.ts';
import { type AddEndpoint, KuboRefusal, postDirectory, postFile } from './add.ts';
import { IdleTimeout } from './idle-timeout.ts';

/** The node answers from what it has: nothing asked of it waits for the network. The client's types lack the option. */
const OFFLINE = { offline: true };

const ANSWER_TIMEOUT_MS = 30_000;
/** The slowest disk that is waited for, when the node goes through a whole file. */
const BYTES_PER_MS = 10_000;

const NO_BLOCK = /block was not found/;

/** What the node says of itself while it stops, or when it gave up waiting. */
const PASSING = /context (canceled|deadline exceeded)|closed|shutting down|timed out|too many open files/i;

export interface KuboNodeOptions {
  /** Of the RPC (`IPFS_API_URL`), such as `http://127.0.0.1:5001`, with or without its `/api/v0`. */
  url: string;
  /** The `Authorization` header: `IPFS_API_AUTH`. */
  auth?: string | undefined;
  /** How long an answer, or the next step of a long one, may take. */
  timeoutMs?: number;
}

/**
 * The calls of Kubo's RPC that a media storage needs. Every call ends: with an answer, with the reason of the
 * caller's signal, or with a `StorageFailure`, which is retryable when the node was away, slow or cut off.
 */
export class KuboNode implements VerifiedBlocks {
  readonly #add: AddEndpoint;
  readonly #rpc: KuboRPCClient;
  readonly #timeoutMs: number;

  constructor({ url, auth, timeoutMs = ANSWER_TIMEOUT_MS }: KuboNodeOptions) {
    const base = `${url.replace(/\/(api\/v0\/?)?$/, '')}/api/v0`;
    const headers: Record<string, string> = auth ? { authorization: auth } : {};
    this.#add = { url: `${base}/add`, headers };
    this.#rpc = create({ url: base, headers });
    this.#timeoutMs = timeoutMs;
  }

  /** Streams a file in, as its source and the node go. It is not pinned: see `pin`. */
  async add(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<CID> {
    const idle = new IdleTimeout();
    const timed = this.#timed(source, idle);
    return this.#ask('add', idle, signal, (stop) => postFile(this.#add, timed, stop));
  }

  /** The same with files that become a directory. */
  async addDirectory(entries: AsyncIterable<DirectoryEntry>, signal: AbortSignal): Promise<CID> {
    const idle = new IdleTimeout();
    const timed = this.#timedEntries(entries, idle);
    return this.#ask('add', idle, signal, (stop) => postDirectory(this.#add, timed, stop));
  }

  /** Keeps the file and all its blocks, which must be here; `sizeBytes` is how much the node has to go through. */
  async pin(root: CID, sizeBytes: number, signal?: AbortSignal): Promise<void> {
    const pinned = (stop: AbortSignal) => this.#rpc.pin.add(root, { ...OFFLINE, signal: stop });
    const lost = (cause: Error): never => {
      const why = 'pin/add: the node has lost blocks of the file, to its garbage collection perhaps';
      throw new StorageFailure('kubo', why, { retryable: true, cause });
    };
    await this.#call('pin/add', pinned, signal, this.#timeoutFor(sizeBytes)).catch(orIf(NO_BLOCK, lost));
  }

  /** Whether exactly this CID is the root of something that is kept. */
  async isPinned(root: CID, signal?: AbortSignal): Promise<boolean> {
    const found = async (stop: AbortSignal) => {
      const query = { paths: root, type: 'recursive' as const, ...OFFLINE, signal: stop };
      let pinned = false;
      for await (const _ of this.#rpc.pin.ls(query)) pinned = true;
      return pinned;
    };
    return this.#call('pin/ls', found, signal).catch(orIf(/is not pinned/, () => false));
  }

  /** Roots of all that is kept. */
  async pins(): Promise<CID[]> {
    return this.#call('pin/ls', async (stop) => {
      const roots: CID[] = [];
      for await (const { cid } of this.#rpc.pin.ls({ type: 'recursive', ...OFFLINE, signal: stop }))
        roots.push(cid);
      return roots;
    });
  }

  /** A miss is not an error. */
  async unpin(root: CID): Promise<void> {
    const unpinned = (stop: AbortSignal) => this.#rpc.pin.rm(root, { ...OFFLINE, signal: stop });
    await this.#call('pin/rm', unpinned).catch(orIf(/not pinned/, () => root));
  }

  async read(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    const block = await this.block(cid, signal);
    if (block === null) throw new BlockDamaged(cid, 'is missing');
    return block;
  }

  /** `null` where the node does not have it. @throws {BlockDamaged} */
  async block(cid: CID, signal?: AbortSignal): Promise<Uint8Array | null> {
    const got = (stop: AbortSignal) => this.#rpc.block.get(cid, { ...OFFLINE, signal: stop });
    const block = await this.#call('block/get', got, signal).catch(orIf(NO_BLOCK, () => null));
    return block && verified(cid, block);
  }

  async ping(): Promise<void> {
    await this.#call('version', (stop) => this.#rpc.version({ signal: stop }));
  }

  async *#timedEntries(
    entries: AsyncIterable<DirectoryEntry>,
    idle: IdleTimeout,
  ): AsyncGenerator<DirectoryEntry> {
    for await (const { path, content } of entries) {
      yield { path, content: content && this.#timed(content, idle) };
      idle.stop(); // it is the source's turn again
    }
    idle.start(this.#timeoutMs);
  }

  /** Time counts from each chunk until the node asks for more; after the last one it is for the whole file. */
  async *#timed(source: AsyncIterable<Uint8Array>, idle: IdleTimeout): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      idle.start(this.#timeoutMs);
      yield chunk;
      idle.stop();
    }
    idle.start(this.#timeoutFor(sizeBytes));
  }

  #timeoutFor(sizeBytes: number): number {
    return this.#timeoutMs + Math.ceil(sizeBytes / BYTES_PER_MS);
  }

  async #call<T>(
    command: string,
    task: (stop: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
    timeoutMs = this.#timeoutMs,
  ): Promise<T> {
    const idle = new IdleTimeout();
    idle.start(timeoutMs);
    return this.#ask(command, idle, signal, task);
  }

  async #ask<T>(
    command: string,
    idle: IdleTimeout,
    signal: AbortSignal | undefined,
    task: (stop: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = signal ? AbortSignal.any([signal, idle.signal]) : idle.signal;
    try {
      stop.throwIfAborted();
      return await orAbort(task(stop), stop);
    } catch (error) {
      signal?.throwIfAborted();
      throw failureOf(command, idle.signal.aborted ? idle.signal.reason : error);
    } finally {
      idle.stop();
    }
  }
}

/** A node that answered with an error said why; every other failure is one of the way there and back. */
function failureOf(command: string, error: unknown): StorageFailure {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(error);
  const said = cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message;
  const retryable = status === undefined || status > 500 || status === 429 || PASSING.test(message);
  return new StorageFailure('kubo', `${command}: ${said}`, { retryable, cause: error });
}

/** Of the HTTP answer that the client's error came from. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof KuboRefusal) return error.status;
  return error instanceof Error && 'response' in error && error.response instanceof Response
    ? error.response.status
    : undefined;
}

/** Handles an error that the node answered with, by its words: it has no codes. */
function orIf<T>(words: RegExp, then: (error: StorageFailure) => T) {
  return (error: unknown): T => {
    if (error instanceof StorageFailure && statusOf(error.cause) === 500 && words.test(error.message)) {
      return then(error);
    }
    throw error;
  };
}

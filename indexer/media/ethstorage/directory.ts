import { getBytes, hexlify, Interface, toUtf8Bytes } from 'ethers';
import { call, type Rpc } from '../../rpc/rpc.ts';
import { asReadingError } from './errors.ts';
import type { OwnerCall } from './ports.ts';

/** What the host calls of a FlatDirectory 1.1.0 (ERC-5018), which ethstorage-sdk 4 deploys. */
const ABI = new Interface([
  'function version() view returns (string)',
  'function owner() view returns (address)',
  'function isSupportBlob() view returns (bool)',
  'function getUploadInfo(bytes name) view returns (uint8 mode, uint256 chunkCount, uint256 storageCost)',
  'function size(bytes name) view returns (uint256 sizeBytes, uint256 chunks)',
  'function getChunkHashesBatch((bytes name, uint256[] chunkIds)[] fileChunks) view returns (bytes32[])',
  'function readChunk(bytes name, uint256 chunkId) view returns (bytes, bool)',
  'function writeChunkByCalldata(bytes name, uint256 chunkId, bytes data) payable',
  'function writeChunksByBlobs(bytes name, uint256[] chunkIds, uint256[] sizes) payable',
  'function truncate(bytes name, uint256 chunkId) returns (uint256)',
  'function remove(bytes name) returns (uint256)',
]);
const VERSION = '1.1.0';

/** Of chunks in calldata the contract reads each one whole to hash it. */
const HASHES_PER_CALL = 32;

export type Mode = 'calldata' | 'blobs';
const MODES: readonly (Mode | null)[] = [null, 'calldata', 'blobs'];

/** What the directory has under one name. */
export interface Entry {
  /** `null` when it has nothing. */
  mode: Mode | null;
  sizeBytes: number;
  chunks: number;
  /** What EthStorage asks for a chunk in a blob, wei; zero for calldata. */
  chunkPaymentWei: bigint;
}

/** A FlatDirectory: files as numbered chunks, under names that its owner chooses; here each file's CID. */
export class Directory {
  /** Checksummed. */
  readonly address: string;
  readonly #chain: Rpc;
  readonly #contents: Rpc;

  /** @param contents reads chunks: a node of EthStorage where they are in blobs, which the chain itself can't read. */
  constructor(address: string, chain: Rpc, contents: Rpc = chain) {
    this.address = address;
    this.#chain = chain;
    this.#contents = contents;
  }

  /** Who may write, in which way; `null` where no such contract stands. @throws {EthStorageError} */
  async facts(signal?: AbortSignal): Promise<{ owner: string; mode: Mode } | null> {
    if ((await this.#ask(this.#chain, 'eth_getCode', [this.address, 'latest'], signal)) === '0x') return null;
    const [version, owner, blobs] = await Promise.all(
      ['version', 'owner', 'isSupportBlob'].map((name) => this.#view(name, [], signal).catch(unlessAnswered)),
    );
    if (version?.[0] !== VERSION || !owner) return null;
    return { owner: String(owner[0]), mode: blobs?.[0] === true ? 'blobs' : 'calldata' };
  }

  async entry(cid: string, signal?: AbortSignal): Promise<Entry> {
    const [info, size] = await Promise.all([
      this.#view('getUploadInfo', [nameOf(cid)], signal),
      this.#view('size', [nameOf(cid)], signal),
    ]);
    return {
      mode: MODES[Number(info.mode)] ?? null,
      sizeBytes: Number(size[0]),
      chunks: Number(info.chunkCount),
      chunkPaymentWei: info.storageCost,
    };
  }

  /** What each chunk's hash is, as the modes define it; of one that is not there some other value. */
  async chunkHashes(cid: string, ids: readonly number[], signal?: AbortSignal): Promise<string[]> {
    const hashes: string[] = [];
    while (hashes.length < ids.length) {
      const chunkIds = ids.slice(hashes.length, hashes.length + HASHES_PER_CALL);
      const [found] = await this.#view('getChunkHashesBatch', [[[nameOf(cid), chunkIds]]], signal);
      hashes.push(...found);
    }
    return hashes;
  }

  /** @throws {EthStorageError} also where a node does not have the chunk (yet). */
  async chunk(cid: string, chunkId: number, signal?: AbortSignal): Promise<Uint8Array> {
    const [bytes] = await this.#view('readChunk', [nameOf(cid), chunkId], signal, this.#contents);
    return getBytes(bytes);
  }

  writeByCalldata(cid: string, chunkId: number, bytes: Uint8Array): OwnerCall {
    return this.#call('writeChunkByCalldata', [nameOf(cid), chunkId, bytes]);
  }

  writeByBlobs(cid: string, chunkIds: number[], sizes: number[]): OwnerCall {
    return this.#call('writeChunksByBlobs', [nameOf(cid), chunkIds, sizes]);
  }

  truncate(cid: string, chunks: number): OwnerCall {
    return this.#call('truncate', [nameOf(cid), chunks]);
  }

  remove(cid: string): OwnerCall {
    return this.#call('remove', [nameOf(cid)]);
  }

  #call(name: string, args: unknown[]): OwnerCall {
    return { to: this.address, data: ABI.encodeFunctionData(name, args) };
  }

  async #view(name: string, args: unknown[], signal?: AbortSignal, client = this.#chain) {
    const answer = await this.#ask(client, 'eth_call', [this.#call(name, args), 'latest'], signal);
    return ABI.decodeFunctionResult(name, String(answer));
  }

  async #ask(client: Rpc, method: string, params: unknown[], signal?: AbortSignal): Promise<unknown> {
    try {
      return await call(client, method, params, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw asReadingError(`${this.address} on its chain`, error);
    }
  }
}

/** A contract that is no FlatDirectory reverts, or answers what can't be decoded. */
function unlessAnswered(error: unknown): null {
  if (isRefusal(error)) return null;
  throw error;
}

function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof Error)) return false;
  return ('fault' in cause && cause.fault === 'refused') || ('code' in cause && cause.code === 'BAD_DATA');
}

function nameOf(cid: string): string {
  return hexlify(toUtf8Bytes(cid));
}

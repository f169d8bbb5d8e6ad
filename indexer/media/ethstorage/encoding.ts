import { keccak256 } from 'ethers';
import type { Directory, Mode } from './directory.ts';
import type { OwnerCall } from './ports.ts';

/** How a file's chunks travel to the directory. */
export interface Encoding {
  readonly mode: Mode;
  readonly chunkBytes: number;
  /** Chunks that one transaction takes. */
  readonly chunksPerCall: number;
  /** What the directory answers for these chunks when it has them. */
  hashes(chunks: readonly Uint8Array[]): Promise<string[]>;
  /** Writes chunks, at most `chunksPerCall`, in order of their numbers. */
  write(directory: Directory, cid: string, chunks: readonly Chunk[], paymentWei: bigint): Promise<OwnerCall>;
}

export interface Chunk {
  id: number;
  bytes: Uint8Array;
}

/**
 * Each chunk in the data of a transaction, kept as the code of a contract of its own: any chain can do it, and any node
 * can read it. 5.4 million gas a chunk.
 */
export const CALLDATA: Encoding = {
  mode: 'calldata',
  /** As ethstorage-sdk cuts them: 24 KiB, the largest code there is, less what the contract adds to it. */
  chunkBytes: 24 * 1024 - 326,
  chunksPerCall: 1,
  hashes: async (chunks) => chunks.map((chunk) => keccak256(chunk)),
  async write(directory, cid, chunks) {
    const [chunk, ...more] = chunks;
    if (chunk === undefined || more.length > 0) throw new RangeError('one chunk goes into calldata');
    return directory.writeByCalldata(cid, chunk.id, chunk.bytes);
  },
};

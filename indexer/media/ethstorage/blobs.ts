import { concat, getBytes, hexlify, sha256 } from 'ethers';
import type { KZG } from 'js-kzg';
import { call, type Rpc } from '../../rpc/rpc.ts';
import type { Encoding } from './encoding.ts';
import { EthStorageError } from './errors.ts';
import type { BlobSidecars } from './ports.ts';
import { loadSdk } from './sdk.ts';

/** As ethstorage-sdk has it; a blob holds one chunk in OP's compact encoding. */
const CHUNK_BYTES = (4 * 31 + 3) * 1024 - 4;
const BLOBS_PER_CALL = 6;

/** Blobs are priced by a market of their own, which can double in six blocks. */
const FEE_ROOM = 2n;

/**
 * Chunks in blobs, which nodes of EthStorage keep for a payment in advance; other nodes forget them after 18 days.
 * The commitments need a trusted set-up: 6 s to load, once, when the first file comes.
 */
export class BlobEncoding implements Encoding {
  readonly mode = 'blobs';
  readonly chunkBytes = CHUNK_BYTES;
  readonly chunksPerCall = BLOBS_PER_CALL;
  readonly #chain: Rpc;
  #kzg: Promise<KZG> | undefined;

  constructor(chain: Rpc) {
    this.#chain = chain;
  }

  /** What EthStorage keeps of a versioned hash: all but its last eight bytes. */
  async hashes(chunks: readonly Uint8Array[]): Promise<string[]> {
    const commitments = await this.#commitments(await encoded(chunks));
    return commitments.map((commitment) => `${versionedHash(commitment).slice(0, -16)}${'0'.repeat(16)}`);
  }

  async write(...[directory, cid, chunks, paymentWei]: Parameters<Encoding['write']>) {
    const ids = chunks.map(({ id }) => id);
    const sizes = chunks.map(({ bytes }) => bytes.length);
    return {
      ...directory.writeByBlobs(cid, ids, sizes),
      value: paymentWei * BigInt(chunks.length),
      blobs: await this.#sidecars(chunks.map(({ bytes }) => bytes)),
    };
  }

  async close(): Promise<void> {
    const kzg = await this.#kzg?.catch(() => undefined);
    this.#kzg = undefined;
    await kzg?.terminate();
  }

  async #sidecars(chunks: readonly Uint8Array[]): Promise<BlobSidecars> {
    const blobs = await encoded(chunks);
    const commitments = await this.#commitments(blobs);
    const proofs = await (await this.#setUp()).computeCellsProofsBatch(blobs);
    return {
      sidecars: blobs.map((data, index) => ({
        data,
        commitment: commitments[index] ?? '0x',
        proof: concat(proofs[index] ?? []),
      })),
      versionedHashes: commitments.map(versionedHash),
      maxFeePerBlobGas: BigInt(String(await call(this.#chain, 'eth_blobBaseFee', []))) * FEE_ROOM,
    };
  }

  async #commitments(blobs: Uint8Array[]): Promise<string[]> {
    return (await (await this.#setUp()).computeCommitmentBatch(blobs)).map((commitment) =>
      hexlify(commitment),
    );
  }

  async #setUp(): Promise<KZG> {
    this.#kzg ??= import('js-kzg').then(({ KZG }) => KZG.create());
    return await this.#kzg.catch((cause: Error) => {
      throw new EthStorageError('refused', `no blobs on this machine: ${cause.message}`, { cause });
    });
  }
}

/** Each chunk in a blob of its own. */
async function encoded(chunks: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const { utils } = await loadSdk();
  return chunks.map((chunk) => utils.encodeOpBlob(chunk));
}

function versionedHash(commitment: string): string {
  return `0x01${sha256(getBytes(commitment)).slice(4)}`;
}

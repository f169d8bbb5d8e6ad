import type { SentTransaction } from '../store/book.ts';

/** EIP-7825: no transaction may ask for more. */
export const TRANSACTION_GAS_CAP = 16_777_216n;

/** What the operator's key calls. */
export interface TxCall {
  /** `null` creates a contract. */
  to: string | null;
  data: string;
  /** Wei. */
  value?: bigint;
  /** Where the caller has estimated it; otherwise it is estimated when the call is sent, with room. */
  gasLimit?: bigint;
  /** Carried beside the call (EIP-4844). */
  blobs?: Blobs;
}

/**
 * @param unmined what is sent and not mined yet, of any account and purpose (but for a transaction whose nonce
 *   the new call takes: the chain takes one of the two).
 * @param nonce under which the call will be sent.
 * @returns the call to send, or `null` to send nothing.
 */
export type Prepare = (unmined: SentTransaction[], nonce: number) => Promise<TxCall | null>;

/** What a transaction carries beside its call (EIP-4844, with the cell proofs of EIP-7594). */
export interface Blobs {
  sidecars: readonly Sidecar[];
  /** Of each sidecar, in order. */
  versionedHashes: readonly string[];
  /** Wei. */
  maxFeePerBlobGas: bigint;
}

export interface Sidecar {
  /** 131,072 bytes. */
  data: Uint8Array;
  commitment: string;
  /** The proofs of its cells, one after the other. */
  proof: string;
}

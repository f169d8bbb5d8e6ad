/** One transaction of the directory's owner. */
export interface OwnerCall {
  /** `null` creates a contract. */
  to: string | null;
  data: string;
  /** Wei. */
  value?: bigint;
  blobs?: BlobSidecars;
}

/** What a transaction carries beside its call (EIP-4844, EIP-7594). */
export interface BlobSidecars {
  sidecars: { data: Uint8Array; commitment: string; proof: string }[];
  versionedHashes: string[];
  /** Wei. */
  maxFeePerBlobGas: bigint;
}

/** The key that owns the directory and pays, shared with everything else that the host sends: one order of nonces. */
export interface OwnerKey {
  /** Checksummed. */
  readonly address: string;
  /** Nobody else uses the key between `prepare` and the sending. */
  send(purpose: string, prepare: Prepare): Promise<SentOwnerCall | null>;
}

/**
 * @param unmined what is sent and not mined yet, of any purpose; `raw` as it was signed.
 * @param nonce under which the call will be sent.
 * @returns `null` to send nothing.
 */
export type Prepare = (
  unmined: { purpose: string; raw: string }[],
  nonce: number,
) => Promise<OwnerCall | null>;

export interface SentOwnerCall {
  readonly hash: string;
  mined(): Promise<{ hash: string; status: number | null }>;
}

/**
 * Uploads that their creator has not published yet. One is *receiving* while it arrives, *staged* for a while once it
 * is here, then *leaving*. An upload whose wallet has published the content counts no more, whichever way it was
 * published: that is for the mirror to say; see joins.ts. Wallets in lower case. Every method is one transaction.
 */
export interface StagedUploads {
  /**
   * Begins to receive an upload that takes up nothing yet.
   * @param upload `expectedBytes`: refused when there is no room for so many, though they are not held.
   * @param published ids of uploads that take up nothing.
   * @returns `null` when it has begun.
   */
  beginUpload(
    upload: { id: string; wallet: string; expectedBytes: number; nowSec: number; aliveUntilSec: number },
    quota: StagingQuota,
    published: readonly string[],
  ): Promise<NoRoom | null>;
  /**
   * Holds room for what has arrived and, as far as there is any, for what comes next.
   * @param published ids of uploads that take up nothing.
   * @returns the bytes held, at least `minBytes`; `null` when the upload is no longer known.
   */
  growUpload(
    upload: { id: string; minBytes: number; maxBytes: number; aliveUntilSec: number },
    quota: StagingQuota,
    published: readonly string[],
  ): Promise<{ heldBytes: number } | NoRoom | null>;
  /**
   * Before storage keeps the file: from now on whoever removes media knows that this upload needs it. What was named before
   * for the upload, and differs, is due.
   * @returns `leaving` while the same content is being removed, `unknown` when the upload is no longer known.
   */
  nameUpload(upload: {
    id: string;
    /** Who is to publish it, where that was not known when it began. */
    wallet?: string;
    cid: string;
    cidKey: string;
    videoName: string;
    sizeBytes: number;
    aliveUntilSec: number;
  }): Promise<'named' | 'leaving' | 'unknown'>;
  /**
   * The file is kept: the upload is staged, instead of earlier ones of the same content by the same wallet.
   * @returns false when the upload is no longer known.
   */
  stageUpload(id: string, times: { nowSec: number; expiresAtSec: number }): Promise<boolean>;
  /** Forgets an upload whose file storage has not kept, or has removed. */
  dropUpload(id: string): Promise<void>;
  /** Of which media it is known what it is. */
  namedUploads(): Promise<NamedUpload[]>;
  /** What the wallet has staged, oldest first. */
  stagedUploads(wallet: string, nowSec: number): Promise<StagedUpload[]>;
  /** Those of a content that don't leave. */
  uploadsOf(cidKey: string): Promise<NamedUpload[]>;
  /** Makes a staged upload due at once. @returns false when the wallet has none of this content. */
  releaseUpload(wallet: string, cidKey: string, nowSec: number): Promise<boolean>;
  /** The first upload after `after`, an id or nothing, that is due. */
  dueUpload(times: DueTimes, after: string): Promise<DueUpload | null>;
  /**
   * Forgets a due upload whose media something else needs: another upload, or a publication that is settled. One that may
   * still be undone has it wait. Else it is leaving until `leaseUntilSec`.
   * @returns the media to remove, then `dropUpload`; `null` where that is not to be removed now, or was taken meanwhile.
   */
  endDueUpload(
    id: string,
    times: DueTimes & { leaseUntilSec: number },
    publication: 'settled' | 'unsettled' | 'none',
  ): Promise<{ id: string; cid: string } | null>;
}

export interface DueTimes {
  nowSec: number;
  /** Staged uploads are due so long after their end. */
  graceSec: number;
}

export interface NamedUpload {
  id: string;
  wallet: string;
  cidKey: string;
}

export interface DueUpload {
  id: string;
  /** `null` where nothing was about to be kept for it. */
  cidKey: string | null;
}

/** What uploads that nobody has published yet may take up, in bytes and numbers. */
export interface StagingQuota {
  walletBytes: number;
  walletUploads: number;
  /** Of all wallets together. */
  hostBytes: number;
}

/** There is no room under the quota now. */
export interface NoRoom {
  /** Which part of the quota is spent. */
  spent: keyof StagingQuota;
  /** What is left of it. */
  left: number;
  /** When the first upload that takes up room is due; `null` where nobody knows: it is the only one, or they wait to be packaged. */
  freeAtSec: number | null;
}

export interface StagedUpload extends NamedUpload {
  cid: string;
  videoName: string;
  sizeBytes: number;
  stagedAtSec: number;
  expiresAtSec: number;
}

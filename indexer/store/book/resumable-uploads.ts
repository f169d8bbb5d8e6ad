/**
 * Uploads that arrive in pieces, over several requests. Each has the id of an upload in `StagedUploads`, which holds its room
 * and which is *receiving* until all of it is here; `Packagings.queuePackaging` makes it complete. Wallets in lower case.
 * Every method is one transaction.
 */
export interface ResumableUploads {
  /** Of one that `beginUpload` took. */
  beginResumable(upload: NewResumable): Promise<void>;
  /** `null` for one that is not known, or long over. */
  resumable(id: string): Promise<ResumableUpload | null>;
  /** What a wallet sends, oldest first. */
  resumablesOf(wallet: string): Promise<ResumableUpload[]>;
  /** Of which bytes are still to come. */
  receivingResumables(): Promise<ResumableUpload[]>;
  /** A picture in JPEG that goes with it. @returns false where it is not receiving any more */
  setResumablePoster(id: string, poster: Uint8Array): Promise<boolean>;
  resumablePoster(id: string): Promise<Uint8Array | null>;
  /** A text in WebVTT that goes with it, in the place of an earlier one. @returns false where it is not receiving any more */
  setResumableCaptions(id: string, language: string, text: string): Promise<boolean>;
  /** By language. */
  resumableCaptions(id: string): Promise<Readonly<Record<string, string>>>;
  /** No more of it is taken, and its room is given back. @returns false where it is complete, or over already */
  endResumable(id: string): Promise<boolean>;
  /** Forgets what nobody asks for any more: of what expired before, all that is not receiving. */
  forgetResumables(expiredBeforeSec: number): Promise<void>;
}

export interface NewResumable {
  id: string;
  /** Whose it is; empty where nobody signs in. */
  wallet: string;
  /** The IP address that began it. */
  client: string;
  sizeBytes: number;
  /** What its client said of it, to be shown as it is. */
  metadata: string;
  /** What becomes of the file, in JSON. */
  asked: string;
  createdAtSec: number;
  /** Then it is over, unless all of it is here. */
  expiresAtSec: number;
}

export interface ResumableUpload extends NewResumable {
  state: 'receiving' | 'complete' | 'over';
}

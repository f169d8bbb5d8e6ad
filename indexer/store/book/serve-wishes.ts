// What this host was asked to serve, and which files it has fetched for that: no chain gives it back.

/** Own streams that are to begin, or to end, once that can be: when the content is published, or after a crash. */
export interface ServeWishes {
  /** One wish for a content: the later one. The same again keeps its authorization. */
  wishToServe(wish: NewServeWish): Promise<void>;
  /** Wishes whose time has come, the first to try first; see joins.ts. */
  dueServeWishes(nowSec: number): Promise<ServeWish[]>;
  serveWish(contract: string, contentId: string): Promise<ServeWish | null>;
  /** Of all listings of a canonical CID. */
  serveWishesOf(cidKey: string): Promise<ServeWish[]>;
  /**
   * Notes under which nonce the stream is registered, before anything is signed: after a crash the same call is
   * signed again, and so is not sent twice.
   */
  authorizeServeWish(contract: string, contentId: string, by: ServeAuthorization): Promise<void>;
  /** It is not tried before. */
  putOffServeWish(contract: string, contentId: string, tryAfterSec: number): Promise<void>;
  /** It is fulfilled, or will never be. One for the opposite, made meanwhile, stays. */
  dropServeWish(wish: Pick<ServeWish, 'contract' | 'contentId' | 'ends'>): Promise<void>;
  /** Forgets what could not be fulfilled in time. @returns of which canonical CIDs. */
  dropOverdueServeWishes(nowSec: number): Promise<string[]>;
}

/** Files that are here because the operator has them served, and that no creator has uploaded. */
export interface ProvidedMedia {
  /** Before storage keeps the file. Does nothing where somebody uploads it, too: then it is that creator's. */
  noteProvided(cidKey: string): Promise<void>;
  isProvided(cidKey: string): Promise<boolean>;
  /**
   * Before storage removes the file: uploads of it wait until `forgetProvided`, at most until `leaseUntilSec`.
   * @returns false where it is not here for the operator alone.
   */
  takeProvided(cidKey: string, leaseUntilSec: number): Promise<boolean>;
  forgetProvided(cidKey: string): Promise<void>;
}

/** Addresses and ids in any case; they come back in lower case. */
export interface NewServeWish {
  contract: string;
  contentId: string;
  /** As it is on chain: the URL of the stream holds it. */
  cid: string;
  cidKey: string;
  /** Whose listing it is. */
  creator: string;
  /** For whom gas is spent: the creator, or the operator itself. */
  beneficiary: string;
  /** Of the client that asked for it, `operator` for the host itself: gas is counted for it. */
  clientIp: string;
  expiresAtSec: number;
  /** The stream is to end. */
  ends: boolean;
}

export interface ServeWish extends NewServeWish {
  authorization: ServeAuthorization | null;
}

export interface ServeAuthorization {
  nonce: bigint;
  deadlineSec: number;
}

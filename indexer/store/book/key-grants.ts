// Who may have the keys of protected videos, and who has asked for them.

/** One content at one deployment, and a provider of it. Addresses in any case. */
export interface KeyGrantKey {
  contract: string;
  contentId: string;
  provider: string;
}

/** That a creator lends a provider the keys. */
export interface KeptKeyGrant extends KeyGrantKey {
  cidKey: string;
  /** It is good before this second. */
  expiresAtSec: number;
  /** Of the creator. */
  signature: string;
  keptAtSec: number;
  /** When the keys were last given for it; `null`: never. */
  givenAtSec: number | null;
}

/** That a provider has asked, and was not granted it. */
export interface AskedKey extends KeyGrantKey {
  cidKey: string;
  /** Address of whoever asked. */
  client: string;
  askedAtSec: number;
  /** It is forgotten then. */
  untilSec: number;
}

export interface KeyGrants {
  /**
   * Uses up what a provider has signed.
   * @param digest what its signature signs. @returns false where it was used before; remembered well past its end.
   */
  spendKeyRequest(digest: string, times: { expiresAtSec: number; nowSec: number }): Promise<boolean>;
  /**
   * Remembers that a provider asks; the same again renews it. Of a content whose list is full the oldest gives way.
   * @returns false, and remembers nothing, where as many of this provider, or this client, wait as may.
   */
  rememberKeyRequest(asked: AskedKey): Promise<boolean>;
  /** Of a canonical CID, the newest first. */
  keyRequestsOf(cidKey: string, nowSec: number): Promise<AskedKey[]>;
  /**
   * Keeps a grant, unless one that ends later is here, and ends the request that it answers. Of a content with as many as may be
   * kept, the one that ends first gives way.
   */
  keepKeyGrant(grant: Omit<KeptKeyGrant, 'givenAtSec'>): Promise<void>;
  /** `null`: there is none, or it is over. */
  keyGrant(of: KeyGrantKey, nowSec: number): Promise<KeptKeyGrant | null>;
  /** Of a canonical CID, those that are not over, the newest first. */
  keyGrantsOf(cidKey: string, nowSec: number): Promise<KeptKeyGrant[]>;
  noteKeyGiven(of: KeyGrantKey, atSec: number): Promise<void>;
}

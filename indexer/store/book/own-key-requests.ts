import type { Page } from '../model.ts';

/** `waiting`: for the creator's grant. `failed`: the host that was asked gives none, or what it gave is of no use. */
export const KEY_REQUEST_STATES = ['waiting', 'granted', 'failed'] as const;
export type KeyRequestState = (typeof KEY_REQUEST_STATES)[number];

/** What became of asking another host for the keys of a content: `npm run provide` tells it. */
export interface OwnKeyRequest {
  contract: string;
  contentId: string;
  cidKey: string;
  /** Base URL of the host that was asked last. */
  from: string;
  state: KeyRequestState;
  /** When it was asked last. */
  askedAtSec: number;
  /** Waiting: that host forgets it then. Granted: the grant is over then. `null`: it has not said. */
  untilSec: number | null;
  /** Why it failed. */
  reason: string | null;
}

export interface OwnKeyRequests {
  /** In place of what was known of this content. Hex in any case. */
  noteOwnKeyRequest(request: OwnKeyRequest): Promise<void>;
  /** Those first that were last asked for the first time. @throws {BadCursor} */
  ownKeyRequests(of: { limit: number; cursor?: string | undefined }): Promise<Page<OwnKeyRequest>>;
  /** Of a canonical CID. @returns whether there were any */
  forgetOwnKeyRequests(cidKey: string): Promise<boolean>;
}

import type { AddedMedia, MediaKind } from './storage.ts';

/** Is told of all media that a library takes and gives away. */
export interface MediaLedger {
  /** Before it is kept, what it throws ends the upload; and again once it is. */
  note(media: AddedMedia, kind: MediaKind): Promise<void>;
  /** Of what was noted: it is kept now, or it is not. */
  look(cid: string): void;
  /** Before it is removed. */
  forget(cid: string): Promise<void>;
}

/** For media that nobody asks about. */
export const NO_LEDGER: MediaLedger = {
  note: async () => {},
  look: () => {},
  forget: async () => {},
};

import type { Claims } from './book/claims.ts';
import type { KeyGrants } from './book/key-grants.ts';
import type { MediaFacts } from './book/media-facts.ts';
import type { OwnKeyRequests } from './book/own-key-requests.ts';
import type { PlayGrants, RelayBudget, Reports, SignIns, Takedowns, TxRecords } from './book/own-records.ts';
import type { Packagings } from './book/packagings.ts';
import type { Releases } from './book/releases.ts';
import type { ResumableUploads } from './book/resumable-uploads.ts';
import type { ProvidedMedia, ServeWishes } from './book/serve-wishes.ts';
import type { StagedUploads } from './book/staged-uploads.ts';
import type { StreamHealths } from './book/stream-health.ts';
import type { Vouchers } from './book/vouchers.ts';
import type { ChainIdentity } from './rows.ts';

export type * from './book/claims.ts';
export type * from './book/key-grants.ts';
export type * from './book/media-facts.ts';
export type * from './book/own-key-requests.ts';
export type * from './book/own-records.ts';
export type * from './book/packagings.ts';
export type * from './book/releases.ts';
export type * from './book/resumable-uploads.ts';
export type * from './book/serve-wishes.ts';
export type * from './book/staged-uploads.ts';
export type * from './book/stream-health.ts';
export type * from './book/vouchers.ts';

/** Copies of the book; `npm run backup` makes them. */
export interface Backups {
  backupState(): Promise<BackupState>;
  /** It was copied. */
  noteBackup(atSec: number): Promise<void>;
}

export interface BackupState {
  /** Of the last copy; where there is none, of the beginning of the book. */
  sinceSec: number;
  /** It holds vouchers or secrets of contents, which nobody can make again. */
  isNeeded: boolean;
}

/**
 * What no chain gives back. Nothing ever drops it, and no transaction spans it and the mirror: what the mirror shows of it
 * is derived from it. Composed of narrow parts; each back end implements all and passes one suite.
 */
export interface Book
  extends Reports,
    TxRecords,
    RelayBudget,
    SignIns,
    PlayGrants,
    StagedUploads,
    ResumableUploads,
    Packagings,
    KeyGrants,
    OwnKeyRequests,
    ServeWishes,
    ProvidedMedia,
    Takedowns,
    MediaFacts,
    Vouchers,
    Claims,
    Releases,
    StreamHealths,
    Backups {
  readonly name: string;
  /** The chain that it belongs to; `null` until a host has opened it. */
  chainIdentity(): Promise<ChainIdentity | null>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

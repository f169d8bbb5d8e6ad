import type { UploadProgress } from './book/packagings.ts';
import type { ContentRow, StreamRow } from './model.ts';
import type { ChainFeedEvent } from './rows.ts';
import type { ViewRow } from './views.ts';

/**
 * What changed, in the order in which it was committed, for live updates and caches. Written in the transaction of
 * the change itself, so it holds all that happened and nothing else; what the book has changed is told before anybody is
 * shown the feed. The tail is kept; its first entry is a `reset` that stands for everything before.
 */
export interface Feed {
  /** After the newest entry. Cheap: it is asked at every read that a cache answers. */
  feedEnd(): Promise<FeedPosition>;
  /** Entries after `seq`, oldest first, at most `limit`. Entries show up in the order of their `seq`. */
  feedAfter(seq: number, limit: number): Promise<FeedEntry[]>;
  /** What has changed after `seq`, for caches: without the rows, and with entries that no client is sent. */
  changesAfter(seq: number, limit: number): Promise<Change[]>;
}

/** Enough of an entry to know what it makes out of date. */
export interface Change {
  seq: number;
  /** `credits` are what the contract owes `account`; `all` is a reset. */
  of: 'view' | 'stream' | 'content' | 'upload' | 'credits' | 'all';
  /** A row that was not there before, and leaves the others as they are. */
  isNew: boolean;
  /** By a block, or by one that was taken back: a view that was only reported has paid nobody. */
  onChain: boolean;
  concerns: Concerns;
  account: string | null;
}

/** A place between two entries. `seq` only ever grows, across restarts and reorganisations. */
export interface FeedPosition {
  /** Names the database that counts; another database has another feed. */
  feed: string;
  seq: number;
}

export type FeedEntry = { seq: number; concerns: Concerns } & FeedEvent;

/** Canonical CID and lower-case wallets; `null` where it has none. */
export interface Concerns {
  cidKey: string | null;
  creator: string | null;
  provider: string | null;
  viewer: string | null;
}

/** Views as they are when read; streams and contents as they were when it happened. */
export type FeedEvent =
  | { event: 'view.recorded'; view: ViewRow }
  /** The reported view `reportId` is shown no more: it is part of `view`, the payment that covers it. */
  | { event: 'view.covered'; reportId: string; view: ViewRow }
  | { event: ChainFeedEvent & `stream.${string}`; stream: StreamRow }
  | { event: ChainFeedEvent & `content.${string}`; content: ContentRow }
  /** How far an upload is that is packaged here, as it was when it happened. */
  | { event: 'upload.progress'; upload: UploadProgress }
  /** The chain was reorganised: what the entries before said of this is void. */
  | { event: 'reverted'; reverted: Reversal }
  /** More has changed than the entries say: read everything anew. */
  | { event: 'reset' };

/** What is void, and what stands in its place since then. */
export type Reversal =
  | { kind: 'view'; id: string }
  | { kind: 'stream'; contract: string; contentId: string; provider: string; stream: StreamRow | null }
  | { kind: 'content'; contract: string; contentId: string; content: ContentRow | null };

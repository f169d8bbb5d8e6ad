/** What projections write, independent of the database. */

/** Which chain it is: two development chains have the same number. */
export interface ChainIdentity {
  chainId: number;
  genesisHash: string;
}

export interface BlockRef {
  number: number;
  hash: string;
}

export interface IndexedBlock extends BlockRef {
  parentHash: string;
  timestampSec: number;
  changes: RowChange[];
  /** How many logs of the indexed contracts it holds, whatever rows they make; none where it is left out. */
  logs?: number;
}

export type Value = string | number | bigint | null;

/**
 * One change to one row. `set` inserts the row or overwrites the named columns of the row with this key.
 * `add` adds to integer-text columns (missing row or column counts as 0): for sums larger than 64 bits.
 */
export interface RowChange {
  table: ChainTable;
  key: Record<string, Value>;
  set?: Record<string, Value>;
  add?: Record<string, bigint>;
  /** Of a view that was paid: when its amounts were earned, unix seconds. Whoever writes the row adds them to the sums. */
  earnedAtSec?: number;
  /** What the feed tells of the change; nothing where it is left out. */
  feedEvent?: ChainFeedEvent;
}

/** What can become of a view, a stream or a content by an event of the chain. */
export type ChainFeedEvent =
  | 'view.recorded'
  | 'stream.registered'
  | 'stream.updated'
  | 'stream.ended'
  | 'content.published'
  | 'content.terms_scheduled'
  | 'content.terms_cancelled'
  | 'content.retired';

/** Tables that mirror the chain: rolled back on a reorganisation, rebuilt by a replay. */
export const CHAIN_TABLES = [
  'content_metadata',
  'announced_units',
  'streams',
  'claim_delegates',
  'streaming_access_logs',
  'credits',
  'earnings_daily',
  'earnings_parts',
  'withdrawals',
  'channels',
  'channel_events',
] as const;
export type ChainTable = (typeof CHAIN_TABLES)[number];

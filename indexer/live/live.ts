import { RetryableError } from '../lib/errors.ts';
import type { BlockRef } from '../store/rows.ts';
import type { StreamPlace, StreamRow } from '../store/store.ts';

/** Who serves what right now, by CID and by wallet: oldest registration first. */
export interface LiveStreams {
  readonly name: string;
  /** The records themselves answer, so that their feed tells all that changes; left out where others do. */
  readonly isExact?: true;
  /** Streams of a canonical CID; without a page all of them. */
  byCid(cidKey: string, page?: LivePage): Promise<LiveStream[]>;
  /** Streams of a provider's wallet (any case). */
  byWallet(wallet: string, page?: LivePage): Promise<LiveStream[]>;
  all(page?: LivePage): Promise<LiveStream[]>;
  /** @throws {Degraded} while something else answers in its place. */
  ping(): Promise<void>;
}

/**
 * A live index that hosts share. A cache of the store: it may be dropped at any time and is rebuilt with `replaceAll`.
 * Every back end passes test/indexer/live/suite.ts.
 *
 * Each host may be ahead of the others or behind. So the index says as of which block it is: it is never taken back to
 * an older one, and no host believes an index that is behind what it has seen itself.
 */
export interface LiveIndex extends LiveStreams {
  /** What some blocks changed, all at once: a reader sees it before or after, never between. */
  advance(step: LiveStep): Promise<void>;
  /** Swaps the whole content at once: a reader sees the old or the new, never a mixture. */
  replaceAll(streams: readonly LiveStream[], fill: LiveFill): Promise<void>;
}

/** Anybody can register streams, so that any list of them may be long. */
export interface LivePage {
  limit: number;
  /** The last of the page before, whether it is still there or not. */
  after?: StreamPlace | undefined;
}

export interface LiveStep {
  /** The block before the first, then every block, in order. */
  path: readonly BlockRef[];
  /** Each as it is at the end of the path. */
  put: readonly LiveStream[];
  remove: readonly LiveStreamId[];
}

export interface LiveFill {
  /** The streams are at least as new as this block. */
  asOf: BlockRef;
  /** Blocks that the index may show were taken back: this is right even if the index is of a higher block. */
  reorganised: boolean;
}

/** Stands for no block at all. */
export const BEFORE_ALL: BlockRef = { number: -1, hash: 'none' };

/** What names one stream: a provider serves one content of one deployment at one URL. */
export type LiveStreamId = Pick<StreamRow, 'contract' | 'contentId' | 'provider'>;

/** What is shown of a stream while it is active. */
export type LiveStream = Omit<StreamRow, 'active' | 'txHash'>;

export function keyOf({ contract, contentId, provider }: LiveStreamId): string {
  return `${contract}:${contentId}:${provider}`.toLowerCase();
}

const TIME_DIGITS = 12;

export function paddedTime({ registeredAtSec }: Pick<StreamPlace, 'registeredAtSec'>): string {
  return String(registeredAtSec).padStart(TIME_DIGITS, '0');
}

/** Compares as the streams do. */
export function placeOf(stream: StreamPlace): string {
  return `${paddedTime(stream)}|${keyOf(stream)}`;
}

/** The index is not there, or shows an older state than this host has seen: it has to be filled. */
export class LiveIndexUnfit extends RetryableError {}

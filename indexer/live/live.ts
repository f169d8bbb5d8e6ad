import { RetryableError } from '../lib/errors.ts';
import type { BlockRef } from '../store/rows.ts';

/**
 * The live index: who serves what right now, by CID and by wallet. A cache of the store: it may be dropped
 * at any time and is rebuilt with `replaceAll`. Every back end passes test/indexer/live/suite.ts.
 *
 * Several hosts may share one index, each ahead of the others or behind. So it says as of which block it is: it is
 * never taken back to an older one, and no host believes an index that is behind what it has seen itself.
 */
export interface LiveIndex {
  readonly name: string;
  /** Streams of a canonical CID, oldest registration first; without a page all of them. */
  byCid(cidKey: string, page?: LivePage): Promise<LiveStream[]>;
  /** Streams of a provider's wallet (any case). */
  byWallet(wallet: string, page?: LivePage): Promise<LiveStream[]>;
  all(page?: LivePage): Promise<LiveStream[]>;
  /** What some blocks changed, all at once: a reader sees it before or after, never between. */
  advance(step: LiveStep): Promise<void>;
  /** Swaps the whole content at once: a reader sees the old or the new, never a mixture. */
  replaceAll(streams: readonly LiveStream[], fill: LiveFill): Promise<void>;
  /** Calls back after each change, whoever makes it; left out where not all of them are known here. */
  onChange?(listener: (changed: LiveChange) => void): void;
  /** @throws {Degraded} while something else answers in its place. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Each as it was, where it was, and as it is, where it is; `null` for all of them. */
export type LiveChange = readonly Pick<LiveStream, 'cidKey' | 'provider'>[] | null;

/** Anybody can register streams, so that any list of them may be long. */
export interface LivePage {
  limit: number;
  /** The last of the page before, whether it is still there or not. */
  after?: LivePlace | undefined;
}

/** What streams are sorted by. */
export type LivePlace = LiveStreamId & { registeredAtSec: number };

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
export interface LiveStreamId {
  contract: string;
  contentId: string;
  provider: string;
}

export interface LiveStream extends LiveStreamId {
  /** As the creator put it on chain. */
  cid: string;
  /** Canonical form, for look-ups. */
  cidKey: string;
  url: string;
  creator: string;
  registeredAtSec: number;
}

export function keyOf({ contract, contentId, provider }: LiveStreamId): string {
  return `${contract}:${contentId}:${provider}`.toLowerCase();
}

const TIME_DIGITS = 12;

export function paddedTime({ registeredAtSec }: Pick<LivePlace, 'registeredAtSec'>): string {
  return String(registeredAtSec).padStart(TIME_DIGITS, '0');
}

/** Compares as the streams do. */
export function placeOf(stream: LivePlace): string {
  return `${paddedTime(stream)}|${keyOf(stream)}`;
}

/** Oldest registration first; the same order in every back end. */
export function inOrder(streams: readonly LiveStream[]): LiveStream[] {
  const placed = streams.map((stream) => ({ stream, place: placeOf(stream) }));
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ stream }) => stream);
}

/** The index is not there, or shows an older state than this host has seen: it has to be filled. */
export class LiveIndexUnfit extends RetryableError {}

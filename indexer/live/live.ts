/**
 * The live index: who serves what right now, by CID and by wallet. A cache of the store: it may be dropped
 * at any time and is rebuilt with `replaceAll`. Every back end passes test/indexer/live/suite.ts.
 */
export interface LiveIndex {
  readonly name: string;
  put(stream: LiveStream): Promise<void>;
  remove(id: LiveStreamId): Promise<void>;
  /** Streams of a canonical CID, oldest registration first. */
  byCid(cidKey: string): Promise<LiveStream[]>;
  /** Streams of a provider's wallet (any case), oldest registration first. */
  byWallet(wallet: string): Promise<LiveStream[]>;
  all(): Promise<LiveStream[]>;
  /** Swaps the whole content at once: a reader sees the old or the new, never a mixture. */
  replaceAll(streams: LiveStream[]): Promise<void>;
  /** Calls back after each change, whoever makes it; left out where not all of them are known here. */
  onChange?(listener: () => void): void;
  ping(): Promise<void>;
  close(): Promise<void>;
}

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

import type { Feed } from './feed.ts';
import type {
  ChannelEventRow,
  ChannelQuery,
  ChannelRow,
  ContentQuery,
  ContentRow,
  Earnings,
  EarningsPage,
  NewReport,
  NoRoom,
  OfferQuery,
  Page,
  RecordedReport,
  RelayGas,
  ReportFilter,
  ReportRow,
  SentTransaction,
  StagedUpload,
  StagingQuota,
  StreamQuery,
  StreamRow,
  ViewQuery,
  ViewRow,
} from './model.ts';
import type { BlockRef, IndexedBlock } from './rows.ts';

export type * from './feed.ts';
export type * from './model.ts';

/** Everything the host remembers. Composed of narrow parts; each back end implements all and passes one suite. */
export interface Store
  extends ChainRecords,
    Completeness,
    Catalogue,
    Channels,
    History,
    Reports,
    OperatorLedger,
    RelayBudget,
    SignIns,
    StagedUploads,
    Feed {
  readonly name: string;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The mirror of the chain: rows, headers and cursor, always committed together. */
export interface ChainRecords {
  /** The last block whose rows are committed, or `null` before the first. */
  cursor(): Promise<BlockRef | null>;
  /** A stored header, for reorganisation checks. */
  headerAt(number: number): Promise<BlockRef | null>;
  /**
   * One transaction: applies the changes of blocks in order and moves the cursor to the last. With `undoable` (near
   * the head) the blocks must follow each other without a gap, every header is stored, and prior images are kept so
   * that `rollbackTo` can restore them; without, blocks may be left out and only the last header is stored.
   * Reports that the new views cover are linked in the same transaction. The feed tells of each change with `news`;
   * of a backfill it tells a `reset`.
   * @throws {BlocksOutOfOrder} when the blocks don't follow the cursor.
   */
  commitBlocks(blocks: IndexedBlock[], options: { undoable: boolean }): Promise<void>;
  /**
   * One transaction: restores the state as of block `number` and moves the cursor there. Reports whose view is gone
   * are open again, or covered by another view. The feed tells what is void.
   * @throws {NotUndoable} when `number` or what stands above it is not stored as undoable.
   */
  rollbackTo(number: number): Promise<void>;
  /** Forgets headers and prior images below `number` (finalised). */
  pruneBelow(number: number): Promise<void>;
  /** One transaction: forgets the chain altogether, to index it anew. Reports stay, open again. */
  clearChain(): Promise<void>;
  /** The chain this database mirrors; `null` when new. Set once; a mismatch is the caller's error to raise. */
  chainIdentity(): Promise<{ chainId: number; genesisHash: string } | null>;
  setChainIdentity(identity: { chainId: number; genesisHash: string }): Promise<void>;
  /** The deployments whose events are in here up to the cursor, lower case: a new one must be caught up with. */
  indexedContracts(): Promise<string[]>;
  setIndexedContracts(contracts: string[]): Promise<void>;
  /**
   * The coins, lower case, whose vouchers tell who has paid. One transaction: where they are not those of before, what
   * was told by vouchers is judged anew.
   */
  setKnownCoins(tokens: readonly string[]): Promise<void>;
}

/** What the chain can be asked about to learn whether the records hold all of it. */
export interface Completeness {
  /** How many logs are in here of each block that has any. */
  logCounts(blocks: BlockRange): Promise<Map<number, number>>;
  /** Blocks whose logs were not compared with their headers yet; forgotten with the chain. */
  unverifiedBlocks(): Promise<BlockRange | null>;
  setUnverifiedBlocks(blocks: BlockRange | null): Promise<void>;
  /** What the account can withdraw. All in lower case. */
  credit(account: string, contract: string, token: string): Promise<bigint>;
  /** What each contract owes in each coin: credits that are not withdrawn, and deposits. */
  owed(): Promise<Owed[]>;
}

/** Inclusive. */
export interface BlockRange {
  from: number;
  to: number;
}

export interface Owed {
  contract: string;
  token: string;
  amount: bigint;
}

/** Contents and who serves them. */
export interface Catalogue {
  /** Of each creator and coin that fits one listing, at most `limit`. */
  offers(query: OfferQuery): Promise<ContentRow[]>;
  /** Whether anybody has listed a canonical CID. */
  isListed(cidKey: string): Promise<boolean>;
  /** Whether any listing of it has a price, or has announced one. */
  isSold(cidKey: string, nowSec: number): Promise<boolean>;
  /** Of all listings of a canonical CID the one that was published first, wherever it stands now. */
  firstListing(cidKey: string): Promise<Pick<ContentRow, 'contract' | 'contentId'> | null>;
  contentById(contract: string, contentId: string): Promise<ContentRow | null>;
  /** Latest publication first. @throws {BadCursor} */
  searchContents(query: ContentQuery): Promise<Page<ContentRow>>;
  /** Oldest registration first. */
  activeStreams(query?: StreamQuery): Promise<StreamRow[]>;
  /** Streams of a provider, ended ones too, of one content. Addresses in any case. */
  streamsBy(
    provider: string,
    of: { cidKey: string; creator?: string | undefined; token?: string | undefined },
  ): Promise<StreamRow[]>;
  stream(contract: string, contentId: string, provider: string): Promise<StreamRow | null>;
}

/** Deposits of viewers towards one provider, and what happened to them. */
export interface Channels {
  channel(contract: string, channelId: string): Promise<ChannelRow | null>;
  /** The same parties and salt are the same id at every deployment: latest opened first. */
  channelsById(channelId: string): Promise<ChannelRow[]>;
  /** Latest opened first. @throws {BadCursor} */
  channelsOf(query: ChannelQuery): Promise<Page<ChannelRow>>;
  /** Newest first. Rejections are those of the channel's own provider. */
  channelEvents(channel: ChannelRow, limit: number): Promise<ChannelEventRow[]>;
}

/** Views: paid on chain, sponsored, and reported ones that no chain row covers. */
export interface History {
  /** Newest first. @throws {BadCursor} */
  views(query: ViewQuery): Promise<Page<ViewRow>>;
  /** The same page for somebody who has some of its rows: these are told by their keys alone. @throws {BadCursor} */
  viewsBeside(known: ReadonlySet<number>, query: ViewQuery): Promise<Page<ViewRow | number>>;
  /** Credits by coin, and by day and role, of a wallet; without a page all of them. @throws {BadCursor} */
  earnings(wallet: string, page?: EarningsPage): Promise<Earnings>;
}

/** Views reported off chain. A report is identified by its `ref`; it is one view however often it is sent. */
export interface Reports {
  /**
   * Records a report once and links it, in the same transaction, to an on-chain view that covers it:
   * the sponsored view with the same `ref`; else by `txHash`; else the nearest unlinked unit within 24 h.
   */
  recordReport(report: NewReport): Promise<RecordedReport>;
  /** Reports that no on-chain view covers yet and that cost something, oldest first. */
  unsettledReports(filter: ReportFilter): Promise<ReportRow[]>;
}

/**
 * What the operator's key has sent or is about to send; shared by all processes that use the key. The lease says
 * who may take the next nonce; a holder that was paused past its time is stopped by `recordSent`.
 */
export interface OperatorLedger {
  /**
   * Takes the key for `ttlMs` unless another holder's lease is alive; the holder itself prolongs its own.
   * @returns whether `holder` has the key now.
   */
  leaseKey(lease: { holder: string; nowMs: number; ttlMs: number }): Promise<boolean>;
  releaseKey(holder: string): Promise<void>;
  /**
   * Records a signed transaction before it is sent. Several versions of one nonce may stand beside each other
   * (the same call with a higher fee); the chain takes one of them.
   * @returns false, and records nothing, when `holder` no longer holds the key.
   */
  recordSent(tx: SentTransaction, holder: string): Promise<boolean>;
  /** Takes back what a node refused to accept. Does nothing when `holder` no longer holds the key. */
  forgetSent(hash: string, holder: string): Promise<void>;
  /** Recorded transactions that are not final yet, by account and nonce, newest version of a nonce last. */
  unfinishedSent(filter?: { account?: string; purpose?: string }): Promise<SentTransaction[]>;
  /** The chain's finalised state holds every nonce of `account` below `nonce`: their raw form can go. */
  finishSent(account: string, belowNonce: number): Promise<void>;
  /** Every account that has ever recorded a transaction for `purpose` here (the key may have been replaced). */
  senders(purpose: string): Promise<string[]>;
  /**
   * Assigns sponsorship nonces to reports, once: a report keeps its nonce for ever, so it can be paid only once.
   * Above the lower 32 bits, a counter, stand 128 bits of a lane, drawn at random by each process that assigns.
   * @param refs of reports; those that an on-chain view covers by now, and unknown ones, are left out of the answer.
   */
  assignSponsorNonces(refs: string[]): Promise<Map<string, bigint>>;
}

/** How much gas the operator's key has spent on calls of wallets. Kept: a restart must not fill the budget again. */
export interface RelayBudget {
  /**
   * One transaction: counts gas for a day, unless that would take the day's sum, or the wallet's, above its limit.
   * Negative gas gives back what was not needed, and is always counted. Earlier days are forgotten.
   * @returns whose limit is in the way; `null` where it is counted.
   */
  countRelayGas(entry: RelayGas): Promise<'day' | 'wallet' | null>;
}

/** What sign-in must not forget. */
export interface SignIns {
  /** @returns true for the first caller with this nonce, false for every other; remembered well past its end. */
  spendNonce(nonce: string, times: { expiresAtSec: number; nowSec: number }): Promise<boolean>;
  /** @returns the secret of this name: the first one ever offered, the same for all processes. */
  keepSecret(name: string, offered: string): Promise<string>;
}

/**
 * Uploads that their creator has not published yet. One is *receiving* while it arrives, *staged* for a while once it
 * is here, then *leaving*. An upload whose wallet has published the content counts no more, whichever way it was
 * published. Wallets in lower case. Every method is one transaction.
 */
export interface StagedUploads {
  /**
   * Begins to receive an upload that takes up nothing yet.
   * @param expectedBytes refused when there is no room for so many, though they are not held.
   * @returns `null` when it has begun.
   */
  beginUpload(
    upload: { id: string; wallet: string; expectedBytes: number; nowSec: number; aliveUntilSec: number },
    quota: StagingQuota,
  ): Promise<NoRoom | null>;
  /**
   * Holds room for what has arrived and, as far as there is any, for what comes next.
   * @returns the bytes held, at least `leastBytes`; `null` when the upload is no longer known.
   */
  growUpload(
    upload: { id: string; leastBytes: number; mostBytes: number; aliveUntilSec: number },
    quota: StagingQuota,
  ): Promise<{ heldBytes: number } | NoRoom | null>;
  /**
   * Before storage keeps the file: from now on whoever removes media knows that this upload needs it.
   * @returns `leaving` while the same content is being removed, `unknown` when the upload is no longer known.
   */
  nameUpload(upload: {
    id: string;
    /** Who is to publish it, where that was not known when it began. */
    wallet?: string;
    cid: string;
    cidKey: string;
    videoName: string;
    sizeBytes: number;
    aliveUntilSec: number;
  }): Promise<'named' | 'leaving' | 'unknown'>;
  /**
   * The file is kept: the upload is staged, instead of earlier ones of the same content by the same wallet.
   * @returns false when the upload is no longer known.
   */
  stageUpload(id: string, times: { nowSec: number; expiresAtSec: number }): Promise<boolean>;
  /** Forgets an upload whose file storage has not kept. */
  dropUpload(id: string): Promise<void>;
  /** What the wallet has staged and not published, oldest first. */
  stagedUploads(wallet: string, nowSec: number): Promise<StagedUpload[]>;
  /** Whether a wallet that has not published the content has uploaded it, or is about to. */
  isWaiting(cidKey: string): Promise<boolean>;
  /** Makes a staged upload due at once. @returns false when the wallet has none of this content. */
  releaseUpload(wallet: string, cidKey: string, nowSec: number): Promise<boolean>;
  /**
   * Forgets the uploads that are due and whose media something else needs: another upload, or a publication from
   * before `settledSec` (a younger one may still be undone, and the upload waits). Stops at the first whose media
   * nothing needs, and marks it as leaving until `leaseUntilSec`.
   * @returns the media to remove, then `endRemoval`; `null` when there is none.
   */
  takeDueUpload(times: {
    nowSec: number;
    /** Staged uploads are due so long after their end. */
    graceSec: number;
    settledSec: number;
    leaseUntilSec: number;
  }): Promise<{ id: string; cid: string } | null>;
  endRemoval(id: string): Promise<void>;
}

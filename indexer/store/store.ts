import type { NewReport, ReportFilter } from './book/own-records.ts';
import type {
  ChannelEventRow,
  ChannelQuery,
  ChannelRow,
  ClaimedUnits,
  ClaimOutcome,
  LogPlace,
  RejectedQuery,
} from './channels.ts';
import type { Feed } from './feed.ts';
import type {
  ApartQuery,
  ContentQuery,
  ContentRow,
  Delegation,
  ListedRow,
  OfferQuery,
  Page,
  StreamQuery,
  StreamRow,
} from './model.ts';
import type { BlockRef, ChainIdentity, IndexedBlock } from './rows.ts';
import type {
  EarnedPart,
  EarnedQuery,
  Earnings,
  EarningsPage,
  PaidQuery,
  PaidUnits,
  ViewQuery,
  ViewRow,
} from './views.ts';

export type * from './channels.ts';
export type * from './feed.ts';
export type * from './model.ts';
export type * from './views.ts';

/**
 * What mirrors the chain, and what of the book is shown beside it: it can be dropped at any time, and is made anew from
 * both. Composed of narrow parts; each back end implements all and passes one suite.
 */
export interface Store
  extends ChainRecords,
    Completeness,
    Catalogue,
    Publications,
    Channels,
    History,
    ReportedViews,
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
   * Reports that the new views cover are linked in the same transaction. The feed has an entry for each change with `feedEvent`;
   * of a backfill it has a `reset`.
   * @throws {BlocksOutOfOrder} when the blocks don't follow the cursor.
   */
  commitBlocks(blocks: IndexedBlock[], options: { undoable: boolean }): Promise<void>;
  /**
   * One transaction: restores the state as of block `number` and moves the cursor there. Reports whose view is gone
   * are open again, or covered by another view. The feed says what is void.
   * @throws {NotUndoable} when `number` or what stands above it is not stored as undoable.
   */
  rollbackTo(number: number): Promise<void>;
  /** Forgets headers and prior images below `number` (finalised). */
  pruneBelow(number: number): Promise<void>;
  /** One transaction: forgets the chain altogether, to index it anew. Reported views stay, open again. */
  clearChain(): Promise<void>;
  /** The chain this database mirrors; `null` when new. Set once; a mismatch is the caller's error to raise. */
  chainIdentity(): Promise<ChainIdentity | null>;
  setChainIdentity(identity: ChainIdentity): Promise<void>;
  /** The deployments whose events are in here up to the cursor, lower case: a new one must be caught up with. */
  indexedContracts(): Promise<string[]>;
  setIndexedContracts(contracts: string[]): Promise<void>;
  /**
   * The coins, lower case, whose vouchers say who has paid. One transaction: where they are not those of before, what
   * vouchers say is judged anew.
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
  /** How far the events are proven; forgotten with the chain. */
  proof(): Promise<ProofState | null>;
  setProof(state: ProofState): Promise<void>;
  /** What the account can withdraw. All in lower case. */
  credit(account: string, contract: string, token: string): Promise<bigint>;
  /** What each contract owes in each coin: credits that are not withdrawn, and deposits. */
  owed(): Promise<Debt[]>;
}

/** What is proven of the events in here, and what is being proven. */
export interface ProofState {
  /** Whose events, in an order. */
  contracts: string[];
  /** The events of all blocks up to this one are those of the chain that ends there. */
  proven: BlockRef | null;
  /** From `top` downwards: `next` comes next. */
  walk: { top: BlockRef; next: BlockRef } | null;
}

/** Inclusive. */
export interface BlockRange {
  from: number;
  to: number;
}

export interface Debt {
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
  firstListing(cidKey: string): Promise<ListedRow['first'] | null>;
  contentById(contract: string, contentId: string): Promise<ContentRow | null>;
  /** @throws {BadCursor} also for the cursor of another order or filter */
  searchContents(query: ContentQuery): Promise<Page<ListedRow>>;
  /** Oldest registration first. */
  activeStreams(query?: StreamQuery): Promise<StreamRow[]>;
  /** Active ones of a provider that fit, and whose URL does not begin with the base. */
  streamsApart(query: ApartQuery): Promise<StreamRow[]>;
  /** Streams of a provider, ended ones too, of one content. Addresses in any case. */
  streamsBy(
    provider: string,
    of: { cidKey: string; creator?: string | undefined; token?: string | undefined },
  ): Promise<StreamRow[]>;
  stream(contract: string, contentId: string, provider: string): Promise<StreamRow | null>;
  /** Whom a provider has named its delegate at a deployment, oldest first. Addresses in any case. */
  delegationsOf(contract: string, provider: string): Promise<Delegation[]>;
  /** Active streams of a provider, whose address is in any case, of what is taken down. */
  streamsTakenDown(provider: string): Promise<StreamRow[]>;
}

/** Whether what was uploaded is published; see joins.ts. */
export interface Publications {
  /** @param uploads wallets in lower case. @returns those whose wallet has published the content. */
  publishedAmong<Upload extends { cidKey: string; wallet: string }>(
    uploads: readonly Upload[],
  ): Promise<Upload[]>;
  /** When a canonical CID was first published, by anybody. */
  firstPublishedAtSec(cidKey: string): Promise<number | null>;
}

/** Which reports of the book an on-chain view covers. */
export interface ReportedViews {
  /** Reports that no on-chain view covers yet and that cost something, oldest first. */
  unsettledReports(filter: ReportFilter): Promise<NewReport[]>;
  /**
   * Row id of the on-chain view that covers the report: the sponsored view with the same `ref`; else by `txHash`; else the
   * nearest unit within 24 h that covers no other. `null`: none.
   */
  coveringView(ref: string): Promise<string | null>;
}

/** Deposits of viewers towards one provider, and what happened to them. */
export interface Channels {
  channel(contract: string, channelId: string): Promise<ChannelRow | null>;
  /** The same parties and salt are the same id at every deployment: latest opened first. */
  channelsById(channelId: string): Promise<ChannelRow[]>;
  /** Latest opened first. @throws {BadCursor} */
  channelsOf(query: ChannelQuery): Promise<Page<ChannelRow>>;
  /** Newest first. Rejections are those of the channel's own provider. */
  channelEvents(
    channel: Pick<ChannelRow, 'contract' | 'channelId' | 'provider'>,
    limit: number,
  ): Promise<ChannelEventRow[]>;
  /** Vouchers that were paid to a provider, in lower case: the chain's order, behind a place. */
  claimsBy(provider: string, after: LogPlace, limit: number): Promise<ClaimOutcome[]>;
  /** The first claim of a channel's voucher of this number or a later one: no other of them can be paid any more. */
  claimFrom(contract: string, channelId: string, seq: number): Promise<ClaimOutcome | null>;
  /** The last time that a claim of the provider's has rejected a voucher of this number. */
  rejectionOf(voucher: RejectedQuery): Promise<ClaimOutcome | null>;
  /** What the voucher listed that was claimed there, in the order signed. */
  claimedUnits(at: LogPlace): Promise<ClaimedUnits[]>;
  /** In which block the deposit went back, and the epoch was over; `null` where it is not. */
  epochEndedIn(contract: string, channelId: string, epoch: number): Promise<number | null>;
}

/** Views: paid on chain, sponsored, and reported ones that no chain row covers. */
export interface History {
  /** Newest first. @throws {BadCursor} */
  views(query: ViewQuery): Promise<Page<ViewRow>>;
  /** The same page for a reader that has some of its rows: these come as their keys alone. @throws {BadCursor} */
  viewsBeside(known: ReadonlySet<number>, query: ViewQuery): Promise<Page<ViewRow | number>>;
  /** The last thousand payments of the wallet itself, direct ones, for one content at one provider; oldest first. */
  paidDirectly(query: PaidQuery): Promise<PaidUnits[]>;
  /** Credits by coin, and by day and role, of a wallet; without a page all of them. @throws {BadCursor} */
  earnings(wallet: string, page?: EarningsPage): Promise<Earnings>;
  /** The same by video, or for creators by provider: by deployment, coin and key. @throws {BadCursor} */
  earnedBy(query: EarnedQuery): Promise<Page<EarnedPart>>;
}

import { setImmediate } from 'node:timers/promises';
import { crashPoint } from '../lib/crash-point.ts';
import type { LiveFollower } from '../live/follower.ts';
import { RpcError } from '../rpc/errors.ts';
import type { BlockRef, IndexedBlock } from '../store/rows.ts';
import type { ChainRecords } from '../store/store.ts';
import { batchesOf } from './batches.ts';
import type { DecodedBlock } from './block-projector.ts';
import type { Completeness } from './completeness.ts';
import { ReorgTooDeep, WrongChain } from './errors.ts';
import type { Header, SourceBlock } from './header.ts';
import { type HistoricalOptions, historicalBlocks } from './historical.ts';
import type { LogSource } from './log-source.ts';
import { type IndexedContract, prepareRecords } from './prepare.ts';
import { commonAncestor, rewind } from './reorg.ts';

/** Rows of `blocks` were written, or with `reorganised` what stood above `cursor` is gone. */
export interface IndexUpdate {
  /** `null` when nothing is left. */
  cursor: BlockRef | null;
  blocks: readonly IndexedBlock[];
  reorganised: boolean;
}

export interface SyncSettings {
  /** Blocks to stay behind the head. */
  confirmations: number;
  /** At least so many blocks can be undone. */
  keepBlocks: number;
  /** How long an endpoint may show a shorter, different chain before it is believed. 0 for a chain in process. */
  shorterChainTimeoutMs: number;
  /** Of a backfill so many blocks are compared with their headers at once, older ones in the background. */
  verifiedAtOnce: number;
  historical: HistoricalOptions;
}

export interface ChainSyncOptions extends Partial<SyncSettings> {
  source: LogSource;
  store: ChainRecords;
  live: LiveFollower;
  completeness: Completeness;
  project(blocks: readonly DecodedBlock[]): Promise<IndexedBlock[]>;
  onIndexed(update: IndexUpdate): void;
  deployments: readonly IndexedContract[];
}

const SETTINGS: SyncSettings = {
  confirmations: 0,
  keepBlocks: 256,
  shorterChainTimeoutMs: 30_000,
  // Older blocks wait to be compared: see `verifiedTo` of the indexer.
  verifiedAtOnce: 10_000,
  historical: {},
};

/** `reached`: the records are at the head; `more`: look again at once; `waiting`: for the endpoint. */
type State = 'reached' | 'more' | 'waiting';

export interface Look {
  head: number;
  state: State;
  /** Why the records may lack something, for people; `null` where nothing says so. */
  doubt: string | null;
}

/** Failures that say nothing about what the records lack. */
const SAY_NOTHING = [RpcError, ReorgTooDeep, WrongChain];
/** Blocks near the head that are fetched and committed together. */
const REALTIME_BLOCKS = 32;
/** Headers are pruned now and then, not at every block. */
const PRUNE_EVERY = 64;

/** Brings the records closer to the endpoint's chain, one look at a time. */
export class ChainSync {
  readonly #options: ChainSyncOptions & SyncSettings;
  readonly #startBlock: number;
  #shorterSinceMs: number | null = null;
  /** Why everything is read again, each block compared with its header; `null` as a rule. */
  #doubt: string | null = null;

  constructor(options: ChainSyncOptions) {
    this.#options = { ...SETTINGS, ...options };
    this.#startBlock = Math.min(...options.deployments.map(({ startBlock }) => startBlock));
  }

  async look(signal: AbortSignal): Promise<Look> {
    const { source, live, confirmations } = this.#options;
    const head = await source.head();
    const target = confirmations === 0 ? head : await source.headerAt(head.number - confirmations);
    let state: State = 'waiting';
    if (target && target.number >= this.#startBlock) {
      state = await this.#advanceOrRepair(target, signal);
      if (state === 'reached') {
        await live.repair();
        state = await this.#check(target, signal);
      }
    }
    return { head: head.number, state, doubt: this.#doubt };
  }

  /** What can't be made rows of, such as an event of a content that the records do not know, shows that logs are missing. */
  async #advanceOrRepair(target: Header, signal: AbortSignal): Promise<State> {
    const { store, completeness } = this.#options;
    try {
      return await this.#advance(await store.cursor(), target, signal);
    } catch (error) {
      if (signal.aborted || SAY_NOTHING.some((type) => error instanceof type)) throw error;
      const cursor = await store.cursor();
      const missing = cursor && (await completeness.missing(cursor, signal));
      if (missing !== null) return await this.#readAgainFrom(missing);
      this.#doubt ??= 'What the endpoint answers does not fit together: each block is compared.';
      throw error;
    }
  }

  async #advance(cursor: BlockRef | null, target: Header, signal: AbortSignal): Promise<State> {
    const { source, keepBlocks } = this.#options;
    if (cursor && target.number <= cursor.number) return this.#handleShorterChain(target, cursor);
    this.#shorterSinceMs = null;
    const next = cursor ? cursor.number + 1 : this.#startBlock;
    if (target.number - next >= 2 * keepBlocks) {
      const final = Math.min(target.number - keepBlocks, (await source.finalized()) ?? target.number);
      if (final > next) return this.#syncHistorical(cursor, { from: next, to: final }, signal);
    }
    return this.#syncRealtime(cursor, { from: next, to: target.number }, signal);
  }

  /** The endpoint's chain ends at or below the cursor: nothing new, a lagging endpoint, or a reorganisation. */
  async #handleShorterChain(target: Header, cursor: BlockRef): Promise<State> {
    const { store, shorterChainTimeoutMs } = this.#options;
    const stored = await store.headerAt(target.number);
    if (target.number === cursor.number && stored?.hash === target.hash) return 'reached';
    const isPrefix = stored === null || stored.hash === target.hash;
    // A chain in process does not lag: its newest blocks were undone (evm_revert).
    if (isPrefix && shorterChainTimeoutMs > 0) {
      this.#shorterSinceMs = null;
      return 'waiting';
    }
    if (target.number < cursor.number) {
      this.#shorterSinceMs ??= performance.now();
      if (performance.now() - this.#shorterSinceMs < shorterChainTimeoutMs) return 'waiting';
    }
    return this.#rollBack(cursor);
  }

  async #syncHistorical(
    cursor: BlockRef | null,
    { from, to }: { from: number; to: number },
    signal: AbortSignal,
  ): Promise<State> {
    const { source, completeness, verifiedAtOnce, historical } = this.#options;
    if (cursor && (await source.headerAt(cursor.number))?.hash !== cursor.hash) return this.#rollBack(cursor);
    const isLong = to - from >= verifiedAtOnce && this.#doubt === null;
    const range = isLong ? { from, to: to - verifiedAtOnce } : { from, to, everyHeader: true };
    if (isLong) await completeness.skips(range);
    for await (const blocks of historicalBlocks(source, range, signal, historical))
      await this.#commit(blocks, false);
    return 'more';
  }

  async #syncRealtime(
    cursor: BlockRef | null,
    { from, to: head }: { from: number; to: number },
    signal: AbortSignal,
  ): Promise<State> {
    const to = Math.min(from + REALTIME_BLOCKS - 1, head);
    const blocks = await this.#options.source.blocks(from, to, signal);
    if (cursor && blocks[0]?.parentHash !== cursor.hash) return this.#rollBack(cursor);
    await this.#commit(blocks, true);
    if (Math.floor(from / PRUNE_EVERY) !== Math.floor((to + 1) / PRUNE_EVERY)) await this.#prune(to);
    return to === head ? 'reached' : 'more';
  }

  /** Between batches others have their turn: requests that are answered meanwhile. */
  async #commit(found: readonly SourceBlock[], undoable: boolean): Promise<void> {
    for (const batch of batchesOf(found)) {
      await this.#commitBatch(batch, undoable);
      await setImmediate();
    }
  }

  async #commitBatch(batch: readonly DecodedBlock[], undoable: boolean): Promise<void> {
    const { project, store, completeness, live, onIndexed } = this.#options;
    const blocks = await project(batch);
    const last = blocks.at(-1);
    if (!last) return;
    crashPoint('indexer.fetched');
    await store.commitBlocks(blocks, { undoable });
    if (!undoable) completeness.committed(blocks);
    crashPoint('indexer.committed');
    if (undoable) await live.apply(blocks);
    else live.spoil('blocks skipped');
    onIndexed({ cursor: { number: last.number, hash: last.hash }, blocks, reorganised: false });
  }

  async #prune(indexed: number): Promise<void> {
    const { source, store, keepBlocks } = this.#options;
    const finalized = (await source.finalized()) ?? indexed;
    await store.pruneBelow(Math.min(finalized, indexed - keepBlocks));
  }

  async #rollBack(cursor: BlockRef): Promise<State> {
    const { store, live } = this.#options;
    live.spoil('blocks taken back');
    const ancestor = await this.#ancestorOf(cursor);
    if (ancestor) await store.rollbackTo(ancestor.number);
    else await store.clearChain();
    return await this.#goOnFrom(ancestor);
  }

  /** @returns `null` when the chain differs from the first indexed block on. */
  async #ancestorOf(cursor: BlockRef): Promise<BlockRef | null> {
    const { source, store, deployments } = this.#options;
    try {
      return await commonAncestor(source, store, cursor);
    } catch (error) {
      if (!(error instanceof ReorgTooDeep)) throw error;
      // Throws where it is another chain altogether.
      await prepareRecords(source, store, deployments);
      if (error.oldestKnown > this.#startBlock) throw error;
      return null;
    }
  }

  /** Rows can't be put in between later ones: from the block on everything is read again. */
  async #readAgainFrom(block: number): Promise<State> {
    const { store, live } = this.#options;
    this.#doubt = `The records lack events of block ${block}: the chain is read again from there, or as a whole.`;
    live.spoil('blocks taken back');
    await rewind(store, block - 1);
    return await this.#goOnFrom(await store.cursor());
  }

  async #goOnFrom(cursor: BlockRef | null): Promise<State> {
    const { source, store, completeness, deployments, onIndexed } = this.#options;
    await completeness.rewound(cursor);
    await prepareRecords(source, store, deployments);
    onIndexed({ cursor, blocks: [], reorganised: true });
    return 'more';
  }

  async #check(cursor: BlockRef, signal: AbortSignal): Promise<State> {
    const verdict = await this.#options.completeness.check(cursor, signal);
    if (typeof verdict === 'object') return await this.#readAgainFrom(verdict.missing);
    if (verdict === 'whole') this.#doubt = null;
    else this.#doubt ??= 'The records are being compared with the chain, block by block.';
    return verdict === 'whole' ? 'reached' : 'more';
  }
}

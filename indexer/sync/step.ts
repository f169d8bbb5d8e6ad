import { setImmediate } from 'node:timers/promises';
import { crashPoint } from '../lib/crash-point.ts';
import type { LiveFollower } from '../live/follower.ts';
import type { Completeness } from '../proof/completeness.ts';
import { NotUndoable } from '../store/errors.ts';
import type { BlockRef, IndexedBlock } from '../store/rows.ts';
import type { ChainRecords } from '../store/store.ts';
import { batchesOf } from './batches.ts';
import type { DecodedBlock } from './block-projector.ts';
import type { Header, SourceBlock } from './blocks.ts';
import { ReorgTooDeep } from './errors.ts';
import { type HistoricalOptions, historicalBlocks } from './historical.ts';
import type { LogSource } from './log-source.ts';
import { type IndexedContract, prepareRecords } from './prepare.ts';
import { UnknownReference } from './references.ts';
import { commonAncestor } from './reorg.ts';

/** What was written: rows of `blocks`, or with `reorganised` what stood above `cursor` is gone. */
export interface IndexUpdate {
  /** `null` when nothing is left. */
  cursor: BlockRef | null;
  blocks: readonly IndexedBlock[];
  reorganised: boolean;
}

export interface StepOptions {
  source: LogSource;
  store: ChainRecords;
  live: LiveFollower;
  completeness: Completeness;
  project(blocks: readonly DecodedBlock[]): Promise<IndexedBlock[]>;
  onIndexed(indexed: IndexUpdate): void;
  deployments: readonly IndexedContract[];
  confirmations: number;
  /** So many blocks at least can be undone. */
  keepBlocks: number;
  /** How long a shorter chain must stand before it counts as a reorganisation and not as a lagging endpoint. */
  shorterChainTimeoutMs: number;
  /** Of a backfill the last blocks, whose headers are compared at once. */
  verifiedAtOnce: number;
  historical: HistoricalOptions;
}

/** Blocks near the head that are fetched and committed together. */
const REALTIME_BLOCKS = 32;
/** Headers are pruned now and then, not at every block. */
const PRUNE_EVERY = 64;

export interface Look {
  head: number;
  /** `reached`: the records are at the head; `more`: look again at once; `waiting`: for the endpoint. */
  state: 'reached' | 'more' | 'waiting';
  /** The records may lack something: why, for people. */
  doubt: string | null;
}

/** @returns one look at the endpoint's chain, which brings the records closer to it. */
export function createStep(options: StepOptions): (signal: AbortSignal) => Promise<Look> {
  const { source, store, live, completeness, project, onIndexed, deployments } = options;
  const { confirmations, keepBlocks, verifiedAtOnce } = options;
  const startBlock = Math.min(...deployments.map((deployment) => deployment.startBlock));
  let shorterSinceMs: number | null = null;
  /** Why everything is read again, each block compared with its header; `null` as a rule. */
  let doubt: string | null = null;

  /** Between portions others have their turn: requests that are answered meanwhile. */
  async function commit(found: readonly SourceBlock[], undoable: boolean): Promise<void> {
    for (const portion of batchesOf(found)) {
      await commitPortion(portion, undoable);
      await setImmediate();
    }
  }

  async function commitPortion(found: readonly DecodedBlock[], undoable: boolean): Promise<void> {
    const blocks = await project(found);
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

  async function rollBack(cursor: BlockRef): Promise<Look['state']> {
    live.spoil('blocks taken back');
    const ancestor = await ancestorOf(cursor);
    if (ancestor) await store.rollbackTo(ancestor.number);
    else await store.clearChain();
    return await goOnFrom(ancestor);
  }

  async function goOnFrom(cursor: BlockRef | null): Promise<Look['state']> {
    await completeness.rewound(cursor);
    await prepareRecords(source, store, deployments);
    onIndexed({ cursor, blocks: [], reorganised: true });
    return 'more';
  }

  /** Rows can't be put in between later ones: from the block on everything is read again. */
  async function readAgainFrom(block: number): Promise<Look['state']> {
    doubt = `The records lack events of block ${block}: the chain is read again from there, or as a whole.`;
    live.spoil('blocks taken back');
    try {
      await store.rollbackTo(block - 1);
    } catch (error) {
      if (!(error instanceof NotUndoable)) throw error;
      await store.clearChain();
    }
    return await goOnFrom(await store.cursor());
  }

  async function checked(cursor: BlockRef, signal: AbortSignal): Promise<Look['state']> {
    const verdict = await completeness.check(cursor, signal);
    if (verdict === 'whole') doubt = null;
    else if (verdict === 'unsure') doubt ??= 'The records are being compared with the chain, block by block.';
    else return await readAgainFrom(verdict.missing);
    return verdict === 'whole' ? 'reached' : 'more';
  }

  /** @returns `null` when the chain differs from the first indexed block on. */
  async function ancestorOf(cursor: BlockRef): Promise<BlockRef | null> {
    try {
      return await commonAncestor(source, store, cursor);
    } catch (error) {
      if (!(error instanceof ReorgTooDeep)) throw error;
      // Another chain altogether is told apart here.
      await prepareRecords(source, store, deployments);
      if (error.oldestKnown > startBlock) throw error;
      return null;
    }
  }

  /** The endpoint's chain ends at or below the cursor: nothing new, a lagging endpoint, or a reorganisation. */
  async function handleShorterChain(target: Header, cursor: BlockRef): Promise<Look['state']> {
    const stored = await store.headerAt(target.number);
    if (target.number === cursor.number && stored?.hash === target.hash) return 'reached';
    const isPrefix = stored === null || stored.hash === target.hash;
    // A chain in process does not lag: its newest blocks were taken back (evm_revert).
    if (isPrefix && options.shorterChainTimeoutMs > 0) {
      shorterSinceMs = null;
      return 'waiting';
    }
    if (target.number < cursor.number) {
      shorterSinceMs ??= performance.now();
      if (performance.now() - shorterSinceMs < options.shorterChainTimeoutMs) return 'waiting';
    }
    return rollBack(cursor);
  }

  async function syncRealtime(
    cursor: BlockRef | null,
    target: Header,
    signal: AbortSignal,
  ): Promise<Look['state']> {
    const from = cursor ? cursor.number + 1 : startBlock;
    const to = Math.min(from + REALTIME_BLOCKS - 1, target.number);
    const blocks = await source.blocks(from, to, signal);
    if (cursor && blocks[0]?.parentHash !== cursor.hash) return rollBack(cursor);
    await commit(blocks, true);
    if (Math.floor(from / PRUNE_EVERY) !== Math.floor((to + 1) / PRUNE_EVERY)) await prune(to);
    return to === target.number ? 'reached' : 'more';
  }

  async function prune(indexed: number): Promise<void> {
    const finalized = (await source.finalized()) ?? indexed;
    await store.pruneBelow(Math.min(finalized, indexed - keepBlocks));
  }

  async function syncHistorical(
    cursor: BlockRef | null,
    to: number,
    signal: AbortSignal,
  ): Promise<Look['state']> {
    if (cursor && (await source.headerAt(cursor.number))?.hash !== cursor.hash) return rollBack(cursor);
    const from = cursor ? cursor.number + 1 : startBlock;
    const isLong = to - from >= verifiedAtOnce && doubt === null;
    const wanted = isLong ? { from, to: to - verifiedAtOnce } : { from, to, everyHeader: true };
    if (isLong) await completeness.skips(wanted);
    for await (const blocks of historicalBlocks(source, wanted, signal, options.historical))
      await commit(blocks, false);
    return 'more';
  }

  async function advance(
    cursor: BlockRef | null,
    target: Header,
    signal: AbortSignal,
  ): Promise<Look['state']> {
    if (cursor && target.number <= cursor.number) return handleShorterChain(target, cursor);
    shorterSinceMs = null;
    const next = cursor ? cursor.number + 1 : startBlock;
    if (target.number - next >= 2 * keepBlocks) {
      const final = Math.min(target.number - keepBlocks, (await source.finalized()) ?? target.number);
      if (final > next) return syncHistorical(cursor, final, signal);
    }
    return syncRealtime(cursor, target, signal);
  }

  /** Events that name what the records do not know show that earlier ones are missing. */
  async function advanceKnowing(target: Header, signal: AbortSignal): Promise<Look['state']> {
    try {
      return await advance(await store.cursor(), target, signal);
    } catch (error) {
      const cursor = error instanceof UnknownReference ? await store.cursor() : null;
      const missing = cursor && (await completeness.missing(cursor, signal));
      if (missing === null) throw error;
      return await readAgainFrom(missing);
    }
  }

  return async (signal) => {
    const head = await source.head();
    const target = confirmations === 0 ? head : await source.headerAt(head.number - confirmations);
    if (!target || target.number < startBlock) return { head: head.number, state: 'waiting', doubt };
    const advanced = await advanceKnowing(target, signal);
    if (advanced === 'reached') await live.repair();
    const state = advanced === 'reached' ? await checked(target, signal) : advanced;
    return { head: head.number, state, doubt };
  };
}

import type { BaseLogger } from 'pino';
import { eventTopics } from '../contract/decode/decode.ts';
import { type KnownCoins, knownCoins } from '../contract/known-coins.ts';
import { createWakeSignal } from '../lib/wake-signal.ts';
import { createLiveFollower } from '../live/follower.ts';
import type { LiveIndex } from '../live/live.ts';
import { createCompleteness } from '../proof/completeness.ts';
import { RpcError } from '../rpc/errors.ts';
import { type Backoff, backoffMs } from '../rpc/retry.ts';
import type { Rpc } from '../rpc/rpc.ts';
import type { Store } from '../store/store.ts';
import { createBlockProjector } from './block-projector.ts';
import { createBlockWaiters, type WaitOptions } from './block-waiters.ts';
import type { HistoricalOptions } from './historical.ts';
import { createLogSource } from './log-source.ts';
import { type IndexedContract, prepareRecords } from './prepare.ts';
import { createStep, type IndexUpdate } from './step.ts';

export interface IndexerOptions {
  rpc: Rpc;
  store: Store;
  live: LiveIndex;
  /** Every deployment to index; at least one. */
  deployments: readonly IndexedContract[];
  /** Whose word on who has paid is taken; by default the native coin alone. */
  coins?: KnownCoins;
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Blocks to stay behind the head. */
  confirmations?: number;
  /** How often to look for a new head; `notify` looks at once. */
  pollMs?: number;
  /** At least so many blocks can be undone. */
  keepBlocks?: number;
  /** Of a backfill so many blocks are compared with their headers at once, older ones in the background. */
  verifiedAtOnce?: number;
  /** How long an endpoint may show a shorter, different chain before it is believed. 0 for a chain in process. */
  shorterChainTimeoutMs?: number;
  historical?: HistoricalOptions;
  /** How long to wait after a look that failed. */
  retry?: Pick<Backoff, 'minMs' | 'maxMs'>;
}

export interface IndexerStatus {
  /** The highest block any look has shown. */
  head: number | null;
  indexed: number | null;
  /** `null` before the first look. */
  lagBlocks: number | null;
  /** Why the last look failed; `null` after one that succeeded. */
  lastError: Error | null;
  /**
   * The records were at the head and hold all of the chain, as far as is known; and at the last look, which succeeded,
   * they were not more than a few blocks off.
   */
  synced: boolean;
  /** Why the records may lack something; `null` where nothing says so. */
  doubt: string | null;
  /** Up to this block all are compared with their headers. */
  verifiedTo: number | null;
}

/** Follows the chain into the store and the live index. */
export interface Indexer {
  /**
   * Checks that the records belong to the chain, fills the live index from them and begins to follow.
   * @throws {WrongChain}, {RpcError}
   */
  start(): Promise<void>;
  /** Resolves when the block being worked on is committed or dropped. */
  stop(): Promise<void>;
  /** The chain may have a new block: look now. */
  notify(): void;
  /** Resolves when block `number` is in the store. @throws {NotIndexedInTime}, the signal's reason */
  waitFor(number: number, options?: WaitOptions): Promise<void>;
  status(): IndexerStatus;
  /** Calls back after every commit and every reorganisation; what it throws is logged. @returns what ends it. */
  onIndexed(listener: (indexed: IndexUpdate) => void): () => void;
}

/** Records and endpoint that are no further apart count as in step: a busy chain is always a block ahead. */
const TOLERATED_LAG_BLOCKS = 8;
/** So many blocks that nobody has looked at: what waits longer is told in `verifiedTo`. */
const VERIFIED_AT_ONCE = 10_000;
/** Polls that find the head where it was, until its hash is asked for as well. */
const SMALL_LOOKS = 20;
const RETRY = { minMs: 500, maxMs: 30_000 };

export function createIndexer(options: IndexerOptions): Indexer {
  const { rpc, store, live, deployments, log, coins = knownCoins(0), pollMs = 4_000 } = options;
  if (deployments.length === 0) throw new TypeError('an indexer needs at least one deployment');
  const addresses = deployments.map(({ address }) => address);
  const startBlock = Math.min(...deployments.map((deployment) => deployment.startBlock));
  const source = createLogSource({ rpc, addresses, topics: eventTopics });
  const follower = createLiveFollower(store, live);
  const stopping = new AbortController();
  const listeners = new Set<(indexed: IndexUpdate) => void>();
  const status: IndexerStatus = {
    head: null,
    indexed: null,
    lagBlocks: null,
    lastError: null,
    synced: false,
    doubt: null,
    verifiedTo: null,
  };
  const waiters = createBlockWaiters(() => status.indexed);
  const wakeSignal = createWakeSignal();
  let running: Promise<void> = Promise.resolve();
  let smallLooks = 0;
  const contracts = addresses.map((address) => address.toLowerCase());
  const completeness = createCompleteness({ source, rpc, store, contracts, startBlock, log });

  const step = createStep({
    source,
    store,
    live: follower,
    completeness,
    project: createBlockProjector(store, (token) => coins.has(token)),
    onIndexed,
    deployments,
    confirmations: options.confirmations ?? 0,
    keepBlocks: options.keepBlocks ?? 256,
    shorterChainTimeoutMs: options.shorterChainTimeoutMs ?? 30_000,
    verifiedAtOnce: options.verifiedAtOnce ?? VERIFIED_AT_ONCE,
    historical: options.historical ?? {},
  });

  function onIndexed(indexed: IndexUpdate): void {
    status.indexed = indexed.cursor?.number ?? null;
    if (indexed.reorganised)
      log.warn({ block: status.indexed }, 'the chain was reorganised above this block');
    if (indexed.cursor) waiters.reached(indexed.cursor.number);
    for (const listener of listeners) callBack(listener, indexed);
  }

  /** What is committed is committed: a listener's mistake must not look like a failure of the chain. */
  function callBack(listener: (indexed: IndexUpdate) => void, indexed: IndexUpdate): void {
    try {
      listener(indexed);
    } catch (error) {
      log.error({ err: error }, 'a listener of the indexer failed');
    }
  }

  /** A head that stands where it was is no news, as a rule: it takes one small call to see. */
  async function isQuiet(): Promise<boolean> {
    const isSettled = status.synced && status.lastError === null && !completeness.isBusy();
    if (!isSettled || status.head !== status.indexed || smallLooks >= SMALL_LOOKS) return false;
    smallLooks += 1;
    return (await source.headNumber()) === status.head;
  }

  /** @returns how long to wait before the next look. */
  async function look(): Promise<number> {
    if (await isQuiet()) return pollMs;
    smallLooks = 0;
    const { head, state, doubt } = await step(stopping.signal);
    status.doubt = doubt;
    // An endpoint that lags does not make the chain shorter; records that stand at its head prove that it is.
    status.head = state === 'reached' ? head : Math.max(head, status.head ?? 0);
    const indexed = status.indexed ?? startBlock - 1;
    status.lagBlocks = status.head - indexed;
    // Either may be behind: the records of a busy chain, or the endpoint of the moment.
    const isClose = Math.abs(head - indexed) <= TOLERATED_LAG_BLOCKS;
    status.synced = doubt === null && (state === 'reached' || (status.synced && isClose));
    status.lastError = null;
    return state === 'more' ? 0 : pollMs;
  }

  async function follow(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      let waitMs: number;
      try {
        waitMs = await look();
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        waitMs = backoffMs(options.retry ?? RETRY, failures);
        tell(error instanceof Error ? error : new Error(String(error)));
      }
      if (waitMs > 0) await wakeSignal.wait(waitMs, stopping.signal);
    }
  }

  function tell(error: Error): void {
    // What was answered could not be used: another endpoint may answer otherwise.
    if (!(error instanceof RpcError)) rpc.switchEndpoint?.();
    const isNew = error.message !== status.lastError?.message;
    if (isNew) log.warn({ err: error }, 'the chain could not be followed, trying again');
    status.lastError = error;
    status.synced = false;
  }

  return {
    async start() {
      await prepareRecords(source, store, deployments);
      await store.setKnownCoins([...coins.keys()]);
      await completeness.start();
      status.indexed = (await store.cursor())?.number ?? null;
      await follower.repair();
      running = follow();
    },
    async stop() {
      stopping.abort(new Error('the indexer was stopped'));
      await running;
      waiters.failAll(new Error('the indexer was stopped'));
    },
    notify: wakeSignal.wake,
    waitFor: (number, wait = {}) => waiters.wait(number, wait),
    status() {
      const unverifiedFrom = completeness.unverifiedFrom();
      return { ...status, verifiedTo: unverifiedFrom === null ? status.indexed : unverifiedFrom - 1 };
    },
    onIndexed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

import type { BaseLogger } from 'pino';
import { createWakeSignal } from '../lib/wake-signal.ts';
import { createLiveFollower, type LiveFollower, NO_FOLLOWER } from '../live/follower.ts';
import type { LiveIndex } from '../live/live.ts';
import { RpcError } from '../rpc/errors.ts';
import { type Backoff, backoffMs } from '../rpc/retry.ts';
import type { Store } from '../store/store.ts';
import { createBlockProjector } from './block-projector.ts';
import { BlockWaiters, type WaitOptions } from './block-waiters.ts';
import { ChainSync, type IndexUpdate, type SyncSettings } from './chain-sync.ts';
import type { Completeness } from './completeness.ts';
import type { LogSource } from './log-source.ts';
import { type IndexedContract, prepareRecords } from './prepare.ts';

export interface IndexerOptions extends Partial<SyncSettings> {
  source: LogSource;
  completeness: Completeness;
  store: Store;
  /** The live index to keep equal to the store, where there is one. */
  live?: LiveIndex | undefined;
  /** Every deployment to index; at least one. */
  deployments: readonly IndexedContract[];
  /** Coins whose transfers show truly who has paid. */
  coins: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** How often to look for a new head; `notify` looks at once. */
  pollMs?: number;
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

/** Records and endpoint that are no further apart count as in step: a busy chain is always a block ahead. */
const MAX_LAG_BLOCKS = 8;
/** Polls that find the head where it was, until its hash is asked for as well. */
const MAX_SMALL_LOOKS = 20;
const RETRY = { minMs: 500, maxMs: 30_000 };

/** Follows the chain into the store and the live index. */
export class Indexer {
  readonly #options: IndexerOptions;
  readonly #follower: LiveFollower;
  readonly #sync: ChainSync;
  readonly #startBlock: number;
  readonly #pollMs: number;
  readonly #stopping = new AbortController();
  readonly #wakeSignal = createWakeSignal();
  readonly #listeners = new Set<(update: IndexUpdate) => void>();
  readonly #waiters = new BlockWaiters(() => this.#status.indexed);
  readonly #status: Omit<IndexerStatus, 'verifiedTo'> = {
    head: null,
    indexed: null,
    lagBlocks: null,
    lastError: null,
    synced: false,
    doubt: null,
  };
  #running: Promise<void> = Promise.resolve();
  #smallLooks = 0;

  constructor(options: IndexerOptions) {
    const { store, live, deployments, coins } = options;
    if (deployments.length === 0) throw new TypeError('an indexer needs at least one deployment');
    this.#options = options;
    this.#startBlock = Math.min(...deployments.map(({ startBlock }) => startBlock));
    this.#pollMs = options.pollMs ?? 4_000;
    this.#follower = live ? createLiveFollower(store, live) : NO_FOLLOWER;
    this.#sync = new ChainSync({
      ...options,
      live: this.#follower,
      project: createBlockProjector(store, (token) => coins.has(token)),
      onIndexed: (update) => this.#onIndexed(update),
    });
  }

  /**
   * Checks that the records belong to the chain, fills the live index from them and begins to follow.
   * @throws {WrongChain}, {RpcError}
   */
  async start(): Promise<void> {
    const { source, store, deployments, coins, completeness } = this.#options;
    await prepareRecords(source, store, deployments);
    await store.setKnownCoins([...coins.keys()]);
    await completeness.start();
    this.#status.indexed = (await store.cursor())?.number ?? null;
    await this.#follower.repair();
    this.#running = this.#follow();
  }

  /** Resolves when the block being worked on is committed or dropped. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the indexer was stopped'));
    await this.#running;
    this.#waiters.failAll(new Error('the indexer was stopped'));
  }

  /** The chain may have a new block: look now. */
  notify(): void {
    this.#wakeSignal.wake();
  }

  /** Resolves when block `number` is in the store. @throws {NotIndexedInTime}, the signal's reason */
  waitFor(number: number, options: WaitOptions = {}): Promise<void> {
    return this.#waiters.wait(number, options);
  }

  status(): IndexerStatus {
    const unverifiedFrom = this.#options.completeness.unverifiedFrom();
    const verifiedTo = unverifiedFrom === null ? this.#status.indexed : unverifiedFrom - 1;
    return { ...this.#status, verifiedTo };
  }

  /** Calls back after every commit and every reorganisation; what it throws is logged. @returns what ends it. */
  onIndexed(listener: (update: IndexUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      let waitMs: number;
      try {
        waitMs = await this.#look();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        waitMs = backoffMs(this.#options.retry ?? RETRY, failures);
        this.#onFailure(error instanceof Error ? error : new Error(String(error)));
      }
      if (waitMs > 0) await this.#wakeSignal.wait(waitMs, signal);
    }
  }

  /** @returns how long to wait before the next look. */
  async #look(): Promise<number> {
    const status = this.#status;
    if (await this.#isQuiet()) return this.#pollMs;
    this.#smallLooks = 0;
    const { head, state, doubt } = await this.#sync.look(this.#stopping.signal);
    // An endpoint that lags does not make the chain shorter; records that stand at its head prove that it is.
    status.head = state === 'reached' ? head : Math.max(head, status.head ?? 0);
    const indexed = status.indexed ?? this.#startBlock - 1;
    status.lagBlocks = status.head - indexed;
    // Either may be behind: the records of a busy chain, or the endpoint of the moment.
    const isClose = Math.abs(head - indexed) <= MAX_LAG_BLOCKS;
    status.synced = doubt === null && (state === 'reached' || (status.synced && isClose));
    status.doubt = doubt;
    status.lastError = null;
    return state === 'more' ? 0 : this.#pollMs;
  }

  /** A head that stands where it was means nothing new, as a rule: it takes one small call to see. */
  async #isQuiet(): Promise<boolean> {
    const { synced, lastError, head, indexed } = this.#status;
    const isSettled = synced && lastError === null && !this.#options.completeness.isBusy();
    if (!isSettled || head !== indexed || this.#smallLooks >= MAX_SMALL_LOOKS) return false;
    this.#smallLooks += 1;
    return (await this.#options.source.headNumber()) === this.#status.head;
  }

  #onFailure(error: Error): void {
    // What was answered could not be used: another endpoint may answer otherwise.
    if (!(error instanceof RpcError)) this.#options.source.switchEndpoint();
    const isNew = error.message !== this.#status.lastError?.message;
    if (isNew) this.#options.log.warn({ err: error }, 'the chain could not be followed, trying again');
    this.#status.lastError = error;
    this.#status.synced = false;
  }

  #onIndexed(update: IndexUpdate): void {
    const { log } = this.#options;
    this.#status.indexed = update.cursor?.number ?? null;
    if (update.reorganised)
      log.warn({ block: this.#status.indexed }, 'the chain was reorganised above this block');
    if (update.cursor) this.#waiters.reached(update.cursor.number);
    for (const listener of this.#listeners) {
      // What is committed is committed: a listener's mistake must not look like a failure of the chain.
      try {
        listener(update);
      } catch (error) {
        log.error({ err: error }, 'a listener of the indexer failed');
      }
    }
  }
}

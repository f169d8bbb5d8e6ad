import type { BaseLogger } from 'pino';
import { Mutex } from '../lib/locks/keyed-mutex.ts';
import { Degraded, RedisUnavailable } from '../redis/errors.ts';
import {
  type LiveFill,
  type LiveIndex,
  LiveIndexUnfit,
  type LivePage,
  type LiveStep,
  type LiveStream,
  type LiveStreams,
} from './live.ts';
import { createRecordsLive, type StreamRecords, wholeIndex } from './records.ts';

export interface FallbackLiveOptions {
  index: LiveIndex;
  store: StreamRecords;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

const CHECK_EVERY_MS = 1_000;
/** A fill reads all streams: one that failed is tried again later each time, up to this. */
const MAX_PAUSE_MS = 30_000;

/**
 * A live index that may fail. Every host has the same rows beside it: while the index fails they answer, and it is
 * filled from them as soon as it can be. Reads and writes never fail because of it.
 */
export class FallbackLiveIndex implements LiveIndex {
  readonly name: string;
  readonly #options: FallbackLiveOptions;
  readonly #records: LiveStreams;
  readonly #timer: NodeJS.Timeout;
  #trouble: Error | null = null;
  /** Fills follow each other: the last one begun is the last one done. */
  readonly #fills = new Mutex();
  #isChecking = false;
  #pauseMs = 0;
  #pausesUntilMs = 0;

  constructor(options: FallbackLiveOptions) {
    this.name = options.index.name;
    this.#options = options;
    this.#records = createRecordsLive(options.store);
    this.#timer = setInterval(() => void this.#check(), CHECK_EVERY_MS);
  }

  byCid(cidKey: string, page?: LivePage): Promise<LiveStream[]> {
    return this.#read((from) => from.byCid(cidKey, page));
  }

  byWallet(wallet: string, page?: LivePage): Promise<LiveStream[]> {
    return this.#read((from) => from.byWallet(wallet, page));
  }

  all(page?: LivePage): Promise<LiveStream[]> {
    return this.#read((from) => from.all(page));
  }

  async advance(step: LiveStep): Promise<void> {
    await this.#options.index.advance(step).catch((error) => this.#failed(error));
  }

  replaceAll(streams: readonly LiveStream[], fill: LiveFill): Promise<void> {
    return this.#inTurn(() => this.#options.index.replaceAll(streams, fill));
  }

  /** @throws {Degraded} */
  async ping(): Promise<void> {
    if (this.#trouble) throw new Degraded(this.#trouble.message);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#fills.idle();
  }

  async #read(query: (from: LiveStreams) => Promise<LiveStream[]>): Promise<LiveStream[]> {
    try {
      return await query(this.#options.index);
    } catch (error) {
      this.#failed(error);
      return await query(this.#records);
    }
  }

  /** Whether the index can be believed; one that can't is filled. */
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    await this.#options.index.ping().then(
      () => this.#works(),
      (error) => this.#failed(error),
    );
    if (this.#trouble instanceof LiveIndexUnfit && performance.now() >= this.#pausesUntilMs) {
      await this.#inTurn(() => this.#fill());
      this.#pauseMs = this.#trouble ? Math.min(2 * this.#pauseMs + CHECK_EVERY_MS, MAX_PAUSE_MS) : 0;
      this.#pausesUntilMs = performance.now() + this.#pauseMs;
    }
    this.#isChecking = false;
  }

  async #fill(): Promise<void> {
    const { index, store } = this.#options;
    const { asOf, streams } = await wholeIndex(store);
    await index.replaceAll(streams, { asOf, reorganised: false });
    await index.ping();
    this.#works();
  }

  /** Never rejects. */
  #inTurn(fill: () => Promise<void>): Promise<void> {
    return this.#fills.run(fill).catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    // The circuit breaker has logged that Redis is gone.
    const isLogged = this.#trouble !== null || reason instanceof RedisUnavailable;
    if (!isLogged) this.#options.log.warn({ reason: reason.message }, 'streams are read from the records');
    this.#trouble = reason;
  }

  #works(): void {
    if (this.#trouble === null) return;
    this.#options.log.info({ live: this.name }, 'streams are read from the live index again');
    this.#trouble = null;
  }
}

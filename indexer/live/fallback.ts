import type { BaseLogger } from 'pino';
import { Mutex } from '../lib/keyed-mutex.ts';
import { Degraded, RedisUnavailable } from '../redis/errors.ts';
import { type StreamRecords, streamsFromStore, wholeIndex } from './from-store.ts';
import { type LiveIndex, LiveIndexUnfit, type LiveStream } from './live.ts';

export interface FallbackLiveOptions {
  index: LiveIndex;
  store: StreamRecords;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

/** How often to look whether the index is still there. */
const LOOK_EVERY_MS = 1_000;
/** A fill reads all streams: one that failed is not tried again at every look. */
const REST_MS = { first: 1_000, max: 30_000 };

/**
 * A live index that may fail: while it does, the store answers, and what the index missed is filled in when it is back.
 * Reads and writes never fail because of it.
 */
export function createFallbackLive({ index, store, log }: FallbackLiveOptions): LiveIndex {
  const stored = streamsFromStore(store);
  let trouble: Error | null = null;
  const fills = new Mutex();
  let mending = false;
  let restMs = 0;
  let restsUntilMs = 0;

  function failed(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    // The circuit breaker has logged that Redis is gone.
    const said = trouble !== null || reason instanceof RedisUnavailable;
    if (!said) log.warn({ reason: reason.message }, 'streams are read from the records');
    trouble = reason;
    if (reason instanceof LiveIndexUnfit) void mend();
  }

  function works(): void {
    if (trouble !== null) log.info({ live: index.name }, 'streams are read from the live index again');
    trouble = null;
  }

  /** Fills follow each other: the last one begun is the last one done. */
  function inTurn(fill: () => Promise<void>): Promise<void> {
    return fills.run(fill).catch(failed);
  }

  async function mend(): Promise<void> {
    if (mending || performance.now() < restsUntilMs) return;
    mending = true;
    restMs = Math.min(Math.max(2 * restMs, REST_MS.first), REST_MS.max);
    await inTurn(async () => {
      const { asOf, streams } = await wholeIndex(store);
      await index.replaceAll(streams, { asOf, reorganised: false });
      await index.ping();
      restMs = 0;
      works();
    });
    restsUntilMs = performance.now() + restMs;
    mending = false;
  }

  async function look(): Promise<void> {
    if (mending) return;
    await index.ping().then(works, failed);
  }

  async function read(
    fromIndex: Promise<LiveStream[]>,
    fromStore: () => Promise<LiveStream[]>,
  ): Promise<LiveStream[]> {
    try {
      return await fromIndex;
    } catch (error) {
      failed(error);
      return await fromStore();
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    name: index.name,
    byCid: (cidKey, page) => read(index.byCid(cidKey, page), () => stored.byCid(cidKey, page)),
    byWallet: (wallet, page) => read(index.byWallet(wallet, page), () => stored.byWallet(wallet, page)),
    all: (page) => read(index.all(page), () => stored.all(page)),
    advance: (step) => index.advance(step).catch(failed),
    replaceAll: (streams, fill) => inTurn(() => index.replaceAll(streams, fill)),
    async ping() {
      if (trouble) throw new Degraded(trouble.message);
    },
    async close() {
      clearInterval(timer);
      await fills.idle();
      await index.close();
    },
  };
}

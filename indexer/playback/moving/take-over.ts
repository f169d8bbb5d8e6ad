import type { BaseLogger } from 'pino';
import { pollUntil } from '../../lib/poll-until.ts';
import type { MediaStorage } from '../../media/storage.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { StreamRow } from '../../store/store.ts';
import { ownWish } from '../own-streams.ts';
import type { Provider } from '../provider.ts';
import type { Serving } from '../serving.ts';
import type { ServingDeps } from '../serving-deps.ts';
import { ServingRefused } from '../serving-errors.ts';
import type { Elsewhere } from './elsewhere.ts';

interface Deps {
  elsewhere: Pick<Elsewhere, 'all'>;
  serving: Pick<Serving, 'wish'>;
  isLocked: ServingDeps['isLocked'];
  storage: Pick<MediaStorage, 'stat'>;
  provider: Provider | null;
  chain: IndexedChain;
  log: Pick<BaseLogger, 'warn' | 'info'>;
  nowSec(): number;
  signal: AbortSignal;
}

interface How {
  /** Streams of what is not here, or can't be served here, end: else they would keep this host from selling. */
  endsOthers: boolean;
  pauseMs?: number;
}

/**
 * Registers here what the provider has registered at another address, once. It is tried until the records have caught up, which may
 * take hours where they are read anew, and this host can register; what can't be done then is tried again as other wishes are.
 * @throws an AbortError once the signal fires
 */
export async function takeOver(deps: Deps, { endsOthers, pauseMs = 30_000 }: How): Promise<void> {
  const { log, signal } = deps;
  const isDone = async () => {
    try {
      await moveAll(deps, endsOthers);
      return true;
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'streams are moved here later');
      return false;
    }
  };
  await pollUntil(isDone, { everyMs: pauseMs, signal });
}

async function moveAll(deps: Deps, endsOthers: boolean): Promise<void> {
  const { elsewhere, storage, isLocked, chain, log } = deps;
  await catchUp(chain);
  for (const stream of await elsewhere.all()) {
    const { cid, cidKey, creator, url } = stream;
    const isSellable = (await storage.stat(cidKey)) !== null && !(await isLocked(cidKey, creator));
    const isMoved = isSellable && (await isWished(deps, stream));
    if (!isMoved && endsOthers) await wishFor(deps, stream, { ends: true });
    const what = endsOthers ? 'ends, since it can not be served here' : 'stays where it is';
    log.info({ cid, stream_url: url }, isMoved ? 'a stream is moved here' : `a stream elsewhere ${what}`);
  }
}

/** @returns false where it will never be served here. @throws {ServingRefused} where this host registers nothing now */
async function isWished(deps: Deps, stream: StreamRow): Promise<boolean> {
  try {
    await wishFor(deps, stream, { ends: false });
    return true;
  } catch (error) {
    if (error instanceof ServingRefused && error.objection === 'not set up') throw error;
    deps.log.warn({ err: error, cid: stream.cid }, 'a stream can not be moved here');
    return false;
  }
}

async function wishFor(deps: Deps, stream: StreamRow, { ends }: { ends: boolean }): Promise<void> {
  await deps.serving.wish({ ...ownWish(stream, deps), ends });
}

import type { BaseLogger } from 'pino';
import type { MediaStorage } from '../../media/storage.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { StreamRow } from '../../store/store.ts';
import { ownWish } from '../own-streams.ts';
import type { Provider } from '../provider.ts';
import type { Serving } from '../serving.ts';
import { ServingRefused } from '../serving-errors.ts';
import type { Elsewhere } from './elsewhere.ts';

interface Deps {
  elsewhere: Elsewhere;
  serving: Pick<Serving, 'wish'>;
  storage: Pick<MediaStorage, 'stat'>;
  provider: Provider | null;
  chain: IndexedChain;
  log: Pick<BaseLogger, 'warn' | 'info'>;
  nowSec(): number;
}

/**
 * Registers here what the provider has registered at another address. What can't be done yet is tried again as other wishes are.
 * @param endsOthers streams of what is not here, or can't be served here, end: else they would keep this host from selling.
 */
export async function takeOver(deps: Deps, { endsOthers }: { endsOthers: boolean }): Promise<void> {
  const { elsewhere, storage, chain, log } = deps;
  await catchUp(chain);
  const streams = await elsewhere.all();
  for (const stream of streams) {
    const { cid, url } = stream;
    const isMoved = (await storage.stat(stream.cidKey)) !== null && (await isWished(deps, stream));
    if (!isMoved && endsOthers) await wishFor(deps, stream, { ends: true });
    const what = endsOthers ? 'ends, since it can not be served here' : 'stays where it is';
    log.info({ cid, stream_url: url }, isMoved ? 'a stream is moved here' : `a stream elsewhere ${what}`);
  }
}

/** @returns false where it will never be served here. @throws {ServingRefused} where this host serves nothing at all */
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

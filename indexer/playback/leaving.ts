import { crashPoint } from '../lib/crash-point.ts';
import type { MediaStorage } from '../media/storage.ts';
import type { Catalogue, ProvidedMedia, ServeWishes, StagedUploads } from '../store/store.ts';
import type { Provider } from './provider.ts';

export interface LeavingDeps {
  /** `null` on a host that serves for nobody. */
  provider: Provider | null;
  store: Pick<Catalogue, 'activeStreams'> &
    Pick<ServeWishes, 'serveWishesOf'> &
    ProvidedMedia &
    Pick<StagedUploads, 'isWaiting'>;
  storage: Pick<MediaStorage, 'remove'>;
  nowSec(): number;
}

/** After so long, uploads no longer wait for a removal that did not end. */
const LEASE_SEC = 300;

export interface Leaving {
  /**
   * Removes a file that is here because the operator had it served, once that is over: no own stream, no wish for one,
   * and nobody has uploaded it.
   */
  removeUnlessNeeded(cidKey: string): Promise<void>;
}

export function createLeaving({ store, storage, provider, nowSec }: LeavingDeps): Leaving {
  async function isNeeded(cidKey: string): Promise<boolean> {
    if (!(await store.isProvided(cidKey)) || (await store.isWaiting(cidKey))) return true;
    if ((await store.serveWishesOf(cidKey)).some(({ ends }) => !ends)) return true;
    if (provider === null) return false;
    const streams = await store.activeStreams({ cidKey, provider: provider.wallet });
    return streams.some(({ url }) => provider.isOwn(url, cidKey));
  }

  return {
    async removeUnlessNeeded(cidKey) {
      if (await isNeeded(cidKey)) return;
      if (!(await store.takeProvided(cidKey, nowSec() + LEASE_SEC))) return;
      crashPoint('providing.leaving');
      await storage.remove(cidKey);
      crashPoint('providing.removed');
      await store.forgetProvided(cidKey);
    },
  };
}

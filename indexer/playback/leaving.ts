import { crashPoint } from '../lib/crash-point.ts';
import type { ServingDeps } from './serving-deps.ts';

type Deps = Pick<ServingDeps, 'provider' | 'store' | 'storage' | 'nowSec'>;

/** After so long, uploads no longer wait for a removal that did not end. */
const LEASE_SEC = 300;

/**
 * Removes a file that is here because the operator had it served, once that is over: no own stream, no wish for one,
 * and nobody has uploaded it.
 */
export async function removeUnlessNeeded(deps: Deps, cidKey: string): Promise<void> {
  const { store, storage, nowSec } = deps;
  if (await isNeeded(deps, cidKey)) return;
  if (!(await store.takeProvided(cidKey, nowSec() + LEASE_SEC))) return;
  crashPoint('providing.leaving');
  await storage.remove(cidKey);
  crashPoint('providing.removed');
  await store.forgetProvided(cidKey);
}

async function isNeeded({ store, provider }: Deps, cidKey: string): Promise<boolean> {
  if (!(await store.isProvided(cidKey)) || (await store.isWaiting(cidKey))) return true;
  if ((await store.serveWishesOf(cidKey)).some(({ ends }) => !ends)) return true;
  if (provider === null) return false;
  const streams = await store.activeStreams({ cidKey, provider: provider.wallet });
  return streams.some(({ url }) => provider.isOwn(url, cidKey));
}

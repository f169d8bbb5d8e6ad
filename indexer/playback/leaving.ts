import { crashPoint } from '../lib/crash-point.ts';
import { isWaiting } from '../store/joins.ts';
import type { ServingDeps } from './serving-deps.ts';

type Deps = Pick<ServingDeps, 'provider' | 'store' | 'book' | 'storage' | 'nowSec'>;

/** After so long, uploads no longer wait for a removal that did not end. */
const LEASE_SEC = 300;

/**
 * Removes a file that is here because the operator had it served, once that is over: no own stream, no wish for one,
 * and nobody has uploaded it.
 */
export async function removeUnlessNeeded(deps: Deps, cidKey: string): Promise<void> {
  const { book, storage, nowSec } = deps;
  if (await isNeeded(deps, cidKey)) return;
  if (!(await book.takeProvided(cidKey, nowSec() + LEASE_SEC))) return;
  crashPoint('providing.leaving');
  await storage.remove(cidKey);
  crashPoint('providing.removed');
  await book.forgetProvided(cidKey);
}

async function isNeeded({ store, book, provider }: Deps, cidKey: string): Promise<boolean> {
  if (!(await book.isProvided(cidKey)) || (await isWaiting({ store, book }, cidKey))) return true;
  if ((await book.serveWishesOf(cidKey)).some(({ ends }) => !ends)) return true;
  if (provider === null) return false;
  const streams = await store.activeStreams({ cidKey, provider: provider.wallet });
  return streams.some(({ url }) => provider.isOwn(url, cidKey));
}

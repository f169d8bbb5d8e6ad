import { ownWish } from '../own-streams.ts';
import type { ServingDeps } from '../serving-deps.ts';

/**
 * Wishes that the own streams of what is taken down end: also of what was taken down while no host ran, and of a stream
 * that was on its way then.
 */
export async function wishToEndTakenDown(
  deps: Pick<ServingDeps, 'provider' | 'store' | 'book' | 'nowSec'>,
): Promise<void> {
  const { provider, store, book } = deps;
  if (provider === null) return;
  for (const stream of await store.streamsTakenDown(provider.wallet)) {
    if (!provider.isOwn(stream.url, stream.cidKey)) continue;
    const wish = await book.serveWish(stream.contract, stream.contentId);
    // Another one would have it tried at once, however often it has failed.
    if (!wish?.ends) await book.wishToServe({ ...ownWish(stream, deps), ends: true });
  }
}

import { BoundedMap } from '../../lib/bounded-map.ts';
import type { ChannelRow, Channels, ClaimOutcome } from '../../store/store.ts';
import { type TakenOverDeps, takeClaimsOver } from '../claiming/claims-taken-over.ts';

export type ClaimsKnownDeps = Pick<TakenOverDeps, 'book'> & {
  store: TakenOverDeps['store'] & Pick<Channels, 'claimFrom'>;
};

const MAX_REMEMBERED = 50_000;
/** Whether it can still be undone, the next settling finds out. */
const NOTHING_IS_FINAL = -1;

/**
 * What the chain has paid of a channel's vouchers stands in the book before the channel buys anything: one that was restored from a
 * copy would charge again for what it does not know to be paid. Where nothing was claimed since, it costs nothing.
 */
export function createClaimsKnown(
  deps: ClaimsKnownDeps,
): (channel: Pick<ChannelRow, 'contract' | 'channelId' | 'provider' | 'nextSeq'>) => Promise<void> {
  const { store, book } = deps;
  /** Lower numbers are looked at. */
  const done = new BoundedMap<string, number>(MAX_REMEMBERED);
  return async ({ contract, channelId, provider, nextSeq }) => {
    const key = `${contract} ${channelId}`;
    const from = done.get(key) ?? 0;
    if (from === nextSeq) return;
    const claims: ClaimOutcome[] = [];
    for (let seq = from; seq < nextSeq; ) {
      const claim = await store.claimFrom(contract, channelId, seq);
      if (claim === null) break;
      claims.push(claim);
      seq = claim.seq + 1;
    }
    await takeClaimsOver({ store, book, provider }, claims, NOTHING_IS_FINAL);
    done.set(key, nextSeq);
  };
}

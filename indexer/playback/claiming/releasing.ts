import { ZeroAddress } from 'ethers';
import type { Claims } from '../../store/book/claims.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { ChannelRow, Channels } from '../../store/store.ts';
import type { ChainNow, ClaimChain } from './claim-chain.ts';
import { isOnlyUndecided, undecidedOf } from './undecided.ts';

export interface ReleaseDeps {
  store: Pick<Channels, 'channel' | 'channelsLeaving'>;
  book: Pick<Claims, 'undecidedVouchers'>;
  chain: Pick<ClaimChain, 'isLeaving'>;
  /** Lower case. */
  provider: string;
}

/** Of one transaction: some 15,000 gas each. */
const MAX_RELEASES = 100;
const RELEASE_GAS = 37_000n;

/**
 * Channels that can be released alone: their viewers are leaving, they have paid something before (else anybody could have
 * the host spend gas), and no voucher of them is undecided. Dust stays until its viewer fetches it.
 */
export async function releasable(
  { store, book, provider }: ReleaseDeps,
  { gasPrice }: ChainNow,
): Promise<ChannelRow[]> {
  const leaving = await store.channelsLeaving(provider, MAX_RELEASES);
  if (leaving.length === 0) return [];
  const undecided = new Set<string>();
  for await (const voucher of undecidedOf(book, provider)) undecided.add(placeOf(voucher));
  return leaving.filter(
    (channel) =>
      (channel.token !== ZeroAddress || channel.deposit >= RELEASE_GAS * gasPrice) &&
      !undecided.has(placeOf(channel)),
  );
}

/**
 * Channels of vouchers about to be claimed that can be released behind the claim: it is the last of each, and something
 * is left. Not one that anybody can take the deposit from at any moment: that would undo the claims before it, too.
 */
export async function releasedBehind(
  { store, book, chain }: ReleaseDeps,
  vouchers: readonly StoredVoucher[],
  untilSec: number,
): Promise<ChannelRow[]> {
  const found: ChannelRow[] = [];
  for (const voucher of vouchers) {
    const { contract, channelId, total } = voucher;
    const channel = await store.channel(contract, channelId);
    if (channel?.withdrawableAtSec == null || channel.withdrawableAtSec < untilSec) continue;
    if (channel.deposit <= total || !(await isOnlyUndecided(book, voucher))) continue;
    if (await chain.isLeaving(contract, channel)) found.push(channel);
  }
  return found;
}

function placeOf({ contract, channelId }: { contract: string; channelId: string }): string {
  return `${contract} ${channelId}`;
}

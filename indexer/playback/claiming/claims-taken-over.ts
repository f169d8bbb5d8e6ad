import type { Claims, RebuiltVoucher } from '../../store/book/claims.ts';
import type { Vouchers } from '../../store/book/vouchers.ts';
import type { Channels, ClaimOutcome } from '../../store/store.ts';

export interface TakenOverDeps {
  store: Pick<Channels, 'channel' | 'claimedUnits'>;
  book: Pick<Claims, 'rebuildVouchers'> & Pick<Vouchers, 'voucher'>;
  /** Whose vouchers, lower case. */
  provider: string;
}

/**
 * Brings into the book what the chain has paid and the book lacks, or has a lesser form of: it was lost, restored from a copy, or
 * another host's.
 * @param claims of vouchers that were paid
 * @param finalBlock nothing changes any more up to there
 */
export async function takeClaimsOver(
  deps: TakenOverDeps,
  claims: readonly ClaimOutcome[],
  finalBlock: number,
): Promise<void> {
  const { book } = deps;
  const rebuilt: RebuiltVoucher[] = [];
  for (const claim of claims) {
    const known = await book.voucher(claim);
    const isMore = known !== null && (claim.amount ?? 0n) > known.total;
    // What was set aside for good, the provider may have claimed by hand; what was undone may have been mined again.
    const isGivenUp = known?.state === 'rejected' || known?.state === 'void';
    if (known === null || isGivenUp || isMore) rebuilt.push(await rebuiltFrom(deps, claim, finalBlock));
  }
  if (rebuilt.length > 0) await book.rebuildVouchers(rebuilt);
}

async function rebuiltFrom(
  { store, provider }: TakenOverDeps,
  outcome: ClaimOutcome,
  finalBlock: number,
): Promise<RebuiltVoucher> {
  const { contract, channelId, epoch, seq, amount, txHash: claimTx, timestampSec, blockNumber } = outcome;
  const channel = await store.channel(contract, channelId);
  const units = await store.claimedUnits(outcome);
  return {
    ...{ contract, channelId, epoch, seq, provider, claimTx },
    token: channel?.token ?? '',
    items: units.map(({ contentId, units, price }) => ({ contentId, units, unitPrice: price })),
    total: amount ?? 0n,
    claimedAtSec: timestampSec,
    isFinal: blockNumber <= finalBlock,
  };
}

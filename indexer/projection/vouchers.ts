import type { ClaimBatch, VoucherClaimed, VoucherRejected } from '../contract/events.ts';
import { splitRoundingProviderDown } from '../lib/money.ts';
import type { RowChange } from '../store/rows.ts';
import { change, happened } from './channels.ts';
import type { LogPosition, Lookup } from './log-position.ts';
import { view } from './payments.ts';

/**
 * A bill that was paid: a view for each item, dated by the claim, since the chain does not know when it was watched. A
 * coin that takes any signature lets anybody open channels in the viewer's name.
 */
export function voucherClaimed(
  event: VoucherClaimed,
  at: LogPosition,
  lookup: Lookup,
  batch: ClaimBatch,
): RowChange[] {
  const { viewer, token } = lookup.channel(at.contract, event.channelId);
  const known = lookup.isKnownCoin(token);
  let total = 0n;
  const views = event.items.flatMap(({ index, units }, item) => {
    const content = batch.contents[index];
    if (!content) throw new Error(`item ${item} of log ${at.logIndex} points beyond its batch`);
    const { contentId, unitPrice: price, providerShareBps } = content;
    const amount = BigInt(units) * price;
    total += amount;
    // As the contract splits each item.
    const parts = splitRoundingProviderDown(amount, providerShareBps);
    const paid = {
      source: 'voucher',
      item,
      contentId,
      viewer,
      payer: known ? viewer : null,
      attributed: !known,
      provider: batch.provider,
      units,
      price,
    } as const;
    return view(
      { ...paid, ...parts, timestampSec: at.timestampSec, ref: null },
      at,
      lookup.listing(at.contract, contentId),
    );
  });
  return [
    ...change(event, at, { set: { next_seq: event.seq + 1 }, add: { deposit: -total, claimed: total } }),
    happened('claimed', event, at, { claimer: batch.provider, seq: event.seq, amount: total }),
    ...views,
  ];
}

/** Kept with who claimed: a provider can name any channel, another's too. */
export function voucherRejected(
  event: VoucherRejected,
  at: LogPosition,
  { provider }: ClaimBatch,
): RowChange[] {
  const { seq, reason } = event;
  return [happened('rejected', event, at, { claimer: provider, seq, reason })];
}

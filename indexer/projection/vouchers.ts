import type { ClaimBatch, VoucherClaimed, VoucherRejected } from '../contract/events.ts';
import { splitRoundingProviderDown } from '../lib/money.ts';
import type { RowChange } from '../store/rows.ts';
import { channel, happened } from './channels.ts';
import type { LogPosition, Lookup } from './log-position.ts';
import { view } from './payments.ts';

/**
 * A voucher that was paid: a view for each item, dated by the claim, since the chain does not know when it was watched.
 * A coin that takes any signature lets anybody open channels in the viewer's name.
 */
export function voucherClaimed(
  event: VoucherClaimed,
  at: LogPosition,
  lookup: Lookup,
  batch: ClaimBatch | null,
): RowChange[] {
  const { provider, contents } = required(batch);
  const { viewer, token } = lookup.channel(at.contract, event.channelId);
  const isKnown = lookup.isKnownCoin(token);
  const paid = {
    source: 'voucher',
    viewer,
    payer: isKnown ? viewer : null,
    attributed: !isKnown,
    provider,
    timestampSec: at.timestampSec,
    ref: null,
  } as const;
  let total = 0n;
  const views = event.items.map(({ index, units }, item) => {
    const content = contents[index];
    if (!content) throw new Error(`item ${item} of log ${at.logIndex} points beyond its batch`);
    const { contentId, unitPrice: price, providerShareBps } = content;
    const amount = BigInt(units) * price;
    total += amount;
    // As the contract splits each item.
    const parts = splitRoundingProviderDown(amount, providerShareBps);
    const listing = lookup.listing(at.contract, contentId);
    return view({ ...paid, ...parts, item, contentId, units, price }, at, listing);
  });
  return [
    channel(event, at, { set: { next_seq: event.seq + 1 } }),
    channel(event, at, { add: { deposit: -total, claimed: total } }),
    happened('claimed', event, at, { claimer: provider, seq: event.seq, amount: total }),
    ...views,
  ];
}

/** The row names who claimed: a provider can name any channel, another's too. */
export function voucherRejected(
  event: VoucherRejected,
  at: LogPosition,
  _: Lookup,
  batch: ClaimBatch | null,
): RowChange[] {
  const { seq, reason } = event;
  return [happened('rejected', event, at, { claimer: required(batch).provider, seq, reason })];
}

function required(batch: ClaimBatch | null): ClaimBatch {
  if (!batch) throw new Error('a voucher was claimed, but no batch began before it: logs are missing');
  return batch;
}

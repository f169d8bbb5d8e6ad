import type { SurplusCredited, ViewPaid, ViewsSponsored, Withdrawn } from '../contract/events.ts';
import { dayOf } from '../store/day.ts';
import type { RowChange } from '../store/rows.ts';
import { type Listing, type LogPosition, type Lookup, logKey, originOf } from './log-position.ts';

export function viewPaid(event: ViewPaid, at: LogPosition, lookup: Lookup): RowChange[] {
  const { viewer: payer, creatorAmount, providerAmount, units } = event;
  const price = (creatorAmount + providerAmount) / BigInt(units);
  const { timestampSec } = at;
  const listing = lookup.listing(at.contract, event.contentId);
  return [view({ ...event, source: 'direct', payer, item: 0, price, timestampSec, ref: null }, at, listing)];
}

/**
 * Views are dated by the view, but never after its block, and credited by the block: a sponsor pays for views of days
 * before. It can name any viewer, so the viewer is hearsay until it reports the view itself.
 */
export function viewsSponsored(event: ViewsSponsored, at: LogPosition, lookup: Lookup): RowChange[] {
  const { contentId, unitPrice: price, sponsor: payer } = event;
  const paid = { source: 'sponsored', contentId, price, payer } as const;
  const listing = lookup.listing(at.contract, contentId);
  return event.views.map((one, item) => {
    const timestampSec = Math.min(one.viewTimeSec, at.timestampSec);
    const attributed = one.viewer !== payer;
    return view({ ...paid, ...one, item, attributed, timestampSec }, at, listing);
  });
}

export function surplusCredited(event: SurplusCredited, at: LogPosition): RowChange[] {
  const { sponsor, amount, token } = event;
  if (amount === 0n) return [];
  const key = { wallet: sponsor, day: dayOf(at.timestampSec), contract: at.contract, token, role: 'sponsor' };
  return [...credited(sponsor, amount, token, at), { table: 'earnings_daily', key, add: { amount } }];
}

export function withdrawn({ account, token, to, amount }: Withdrawn, at: LogPosition): RowChange[] {
  const withdrawal = { account, token, recipient: to, amount, timestamp: at.timestampSec };
  const key = { account, contract: at.contract, token };
  return [
    { table: 'withdrawals', key: logKey(at), set: { ...withdrawal, ...originOf(at) } },
    { table: 'credits', key, add: { withdrawn: amount } },
  ];
}

export interface View {
  source: 'direct' | 'voucher' | 'sponsored';
  item: number;
  contentId: string;
  viewer: string;
  provider: string;
  units: number;
  price: bigint;
  creatorAmount: bigint;
  providerAmount: bigint;
  payer: string | null;
  /** Left out: the viewer has paid. */
  attributed?: boolean;
  timestampSec: number;
  ref: string | null;
}

export function view(one: View, at: LogPosition, { cid, cidKey, creator, token }: Listing): RowChange {
  const { provider, creatorAmount, providerAmount } = one;
  return {
    table: 'streaming_access_logs',
    key: { ...logKey(at), item: one.item },
    set: {
      source: one.source,
      content_id: one.contentId,
      cid,
      cid_key: cidKey,
      blockchain_address: one.viewer,
      provider_wallet: provider,
      creator_wallet: creator,
      token,
      price: one.price,
      units: one.units,
      amount: creatorAmount + providerAmount,
      creator_amount: creatorAmount,
      provider_amount: providerAmount,
      timestamp: one.timestampSec,
      payer: one.payer,
      attributed: one.attributed ? 1 : 0,
      ref: one.ref,
      ...originOf(at),
    },
    // By the block, whenever the view was.
    earnedAtSec: at.timestampSec,
    feedEvent: 'view.recorded',
  };
}

/** The amount that the contract owes the account more than before: no row for nothing. */
export function credited(
  account: string,
  amount: bigint,
  token: string,
  { contract }: LogPosition,
): RowChange[] {
  if (amount === 0n) return [];
  return [{ table: 'credits', key: { account, contract, token }, add: { credited: amount } }];
}

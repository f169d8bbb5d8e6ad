import type { SurplusCredited, ViewPaid, ViewsSponsored, Withdrawn } from '../contract/events.ts';
import type { RowChange } from '../store/rows.ts';
import type { Listing, LogPosition } from './log-position.ts';

export function viewPaid(event: ViewPaid, at: LogPosition, listing: Listing): RowChange[] {
  const price = (event.creatorAmount + event.providerAmount) / BigInt(event.units);
  return view(
    {
      ...event,
      source: 'direct',
      payer: event.viewer,
      item: 0,
      price,
      timestampSec: at.timestampSec,
      ref: null,
    },
    at,
    listing,
  );
}

/**
 * Dated by the view, but never after its block, and credited by the block: a sponsor pays for views of days before. It
 * can name any viewer, so that is hearsay until the viewer reports the view itself.
 */
export function viewsSponsored(event: ViewsSponsored, at: LogPosition, listing: Listing): RowChange[] {
  const { contentId, unitPrice: price, sponsor: payer } = event;
  return event.views.flatMap((one, item) => {
    const timestampSec = Math.min(one.viewTimeSec, at.timestampSec);
    const attributed = one.viewer !== payer;
    return view(
      { ...one, contentId, source: 'sponsored', payer, attributed, item, price, timestampSec },
      at,
      listing,
    );
  });
}

export function surplusCredited(event: SurplusCredited, at: LogPosition): RowChange[] {
  return credit('sponsor', event.sponsor, event.amount, event.token, at);
}

export function withdrawn(event: Withdrawn, at: LogPosition): RowChange[] {
  const { account, token, amount } = event;
  return [
    {
      table: 'withdrawals',
      key: { block_number: at.blockNumber, log_index: at.logIndex },
      set: {
        ...{
          block_hash: at.blockHash,
          tx_hash: at.txHash,
          contract: at.contract,
          timestamp: at.timestampSec,
        },
        ...{ account, token, recipient: event.to, amount },
      },
    },
    { table: 'credits', key: { account, contract: at.contract, token }, add: { withdrawn: amount } },
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

export function view(one: View, at: LogPosition, { cid, cidKey, creator, token }: Listing): RowChange[] {
  const { creatorAmount, providerAmount } = one;
  return [
    {
      table: 'streaming_access_logs',
      key: { block_number: at.blockNumber, log_index: at.logIndex, item: one.item },
      set: {
        ...{ source: one.source, contract: at.contract, content_id: one.contentId, cid, cid_key: cidKey },
        ...{ blockchain_address: one.viewer, provider_wallet: one.provider, creator_wallet: creator, token },
        ...{ price: one.price, units: one.units, amount: creatorAmount + providerAmount },
        ...{ creator_amount: creatorAmount, provider_amount: providerAmount, timestamp: one.timestampSec },
        ...{ payer: one.payer, attributed: one.attributed ? 1 : 0 },
        ...{ tx_hash: at.txHash, block_hash: at.blockHash, ref: one.ref },
      },
      feedEvent: 'view.recorded',
    },
    ...credit('creator', creator, creatorAmount, token, at),
    ...credit('provider', one.provider, providerAmount, token, at),
  ];
}

type Role = 'creator' | 'provider' | 'sponsor';

function credit(role: Role, account: string, amount: bigint, token: string, at: LogPosition): RowChange[] {
  // Nobody has earned anything by a share of nothing, though the event names them.
  if (amount === 0n) return [];
  const { contract } = at;
  const day = new Date(at.timestampSec * 1000).toISOString().slice(0, 10);
  return [
    ...credited(account, amount, token, at),
    { table: 'earnings_daily', key: { wallet: account, day, contract, token, role }, add: { amount } },
  ];
}

/** What the contract owes the account more than before: no row for nothing. */
export function credited(
  account: string,
  amount: bigint,
  token: string,
  { contract }: LogPosition,
): RowChange[] {
  if (amount === 0n) return [];
  return [{ table: 'credits', key: { account, contract, token }, add: { credited: amount } }];
}

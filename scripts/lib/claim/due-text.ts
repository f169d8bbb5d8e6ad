import { sum } from '../../../indexer/lib/money.ts';
import type { ClaimedBatch } from '../../../indexer/playback/claiming/claiming.ts';
import type { DueVouchers, Hold } from '../../../indexer/playback/claiming/due-vouchers.ts';
import type { Due } from '../../../indexer/playback/claiming/plan.ts';
import type { StoredVoucher } from '../../../indexer/store/book/vouchers.ts';
import { amountText, type Coin, NATIVE } from '../coins.ts';
import { count } from '../plan-text.ts';
import { table } from '../table.ts';

type CoinOf = (token: string) => Coin;

const DUE: Record<Due, string> = {
  pays: 'worth the gas',
  old: 'old enough',
  withdrawal: 'before the deposit goes back',
  price: 'before a new price is all that counts',
  share: "before the provider's share falls",
  asked: 'asked for',
};

const HELD: Record<Hold, string> = {
  'not yet': 'not due yet',
  'below the gas': 'less than the gas',
  'earlier first': 'behind another one of its channel',
  'under way': 'sent, or not final yet',
  'not final': 'the deposit is not final yet',
  'records behind': 'the records are behind the chain',
  'no delegate': "the provider's wallet has not named this key its delegate: npm run provide -- --setup",
};

/** What is due for a person, and what is not and why. */
export function dueText({ batches, held, refused, now }: DueVouchers, coinOf: CoinOf): string[] {
  const due = batches.flatMap(({ vouchers }) => vouchers);
  const rows = [
    ...grouped(due, ({ why }) => DUE[why], coinOf, 'claim'),
    ...grouped(held, ({ why }) => HELD[why], coinOf, 'wait'),
    ...grouped(refused, ({ reason }) => reason, coinOf, 'set aside'),
  ];
  if (rows.length === 0) return ['Nothing to claim.'];
  const gas = sum(batches.map((batch) => batch.gas));
  const lines = table([['what', 'why', 'vouchers', 'amount', 'coin'], ...rows], { right: [2, 3] });
  if (batches.length === 0) return [...lines, '', 'Nothing to claim now.'];
  return [
    ...lines,
    '',
    `${count(due.length, 'voucher')} to claim, in ${count(batches.length, 'transaction')}.`,
    `Gas up to ${gas.toLocaleString('en')}, at most ${amountText(gas * now.gasPrice, NATIVE)} at today's fees`,
  ];
}

function grouped<T extends { voucher: StoredVoucher }>(
  all: readonly T[],
  whyOf: (one: T) => string,
  coinOf: CoinOf,
  what: string,
): string[][] {
  const groups = Map.groupBy(all, (one) => `${whyOf(one)} ${one.voucher.token}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const coin = coinOf(first.voucher.token);
    const amount = amountText(sum(group.map(({ voucher }) => voucher.total)), coin).split(' ')[0] ?? '';
    return [[what, whyOf(first), group.length.toLocaleString('en'), amount, coin.symbol]];
  });
}

/** What the contract will not pay. */
export function setAsideText(vouchers: readonly StoredVoucher[], coinOf: CoinOf): string[] {
  if (vouchers.length === 0) return [];
  const lines = vouchers.map(
    ({ channelId, seq, total, token, reason }) =>
      `  ${seq} of channel ${channelId}: ${amountText(total, coinOf(token))}, ${reason}`,
  );
  return ['', 'Set aside, since the contract does not pay them:', ...lines];
}

/** What a run has claimed. */
export function claimedText(done: readonly ClaimedBatch[], coinOf: CoinOf): string[] {
  if (done.length === 0) return ['Nothing was claimed: another process did, or the chain has changed.'];
  return done.flatMap(({ batch, claimed, rejected, txHash, gasCost }) => {
    const paid = new Set(claimed.map(({ channelId, seq }) => `${channelId} ${seq}`));
    const vouchers = batch.vouchers.map(({ voucher }) => voucher);
    const amount = sum(
      vouchers.filter(({ channelId, seq }) => paid.has(`${channelId} ${seq}`)).map(({ total }) => total),
    );
    const gas = amountText(gasCost, NATIVE);
    return [
      `  ${txHash}  ${count(claimed.length, 'voucher')}  ${amountText(amount, coinOf(batch.token))}  gas ${gas}`,
      ...rejected.map(({ channelId, seq, reason }) => `    rejected: ${seq} of ${channelId}: ${reason}`),
    ];
  });
}

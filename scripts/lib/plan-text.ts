import { getAddress } from 'ethers';
import { toDecimalText } from '../../indexer/lib/money.ts';
import type { Plan } from '../../indexer/payouts/plan.ts';
import type { Hold, UnpaidViews } from '../../indexer/payouts/unpaid-views.ts';
import { table } from './table.ts';

/** How a coin is shown. */
export interface Coin {
  symbol: string;
  decimals: number;
}

export interface PlanDetails {
  /** By lower-case token address. */
  coins: ReadonlyMap<string, Coin>;
  native: Coin;
  /** Wei that the gas costs at most at today's fees. */
  gasCost: bigint;
  operator: string;
}

const HOLDS: Record<Hold, string> = {
  paid: 'paid on chain already, which the host has not indexed yet',
  'in flight': 'in a transaction that is recorded and not mined yet',
  'payment not indexed': 'paid by the viewer a moment ago, which the host has not indexed yet',
  'payment not mined': 'reported with a transaction that is not mined yet',
  'unknown content': 'of content that the contract does not know',
};

/** The plan for a person: who gets what, what it costs, and what is left out and why. */
export function planText(plan: Plan, held: UnpaidViews['held'], details: PlanDetails): string[] {
  const { native, gasCost, operator } = details;
  if (plan.views === 0) return ['Nothing to pay.', ...heldText(held)];
  const totals = plan.coins.map((coin) => amountText(coin.amount, coinOf(details, coin.token))).join(' and ');
  return [
    `${count(plan.views, 'view')} to pay, in ${count(plan.batches.length, 'transaction')}:`,
    '',
    ...table(
      [['who', 'role', 'views', 'amount', 'coin'], ...plan.payees.map((payee) => payeeRow(payee, details))],
      { right: [2, 3] },
    ),
    '',
    `Total ${totals}, from the operator ${operator}`,
    `Gas   up to ${plan.gas.toLocaleString('en')}, at most ${amountText(gasCost, native)} at today's fees`,
    ...heldText(held),
  ];
}

export function amountText(amount: bigint, coin: Coin): string {
  return `${toDecimalText(amount, coin.decimals)} ${coin.symbol}`;
}

export function coinOf({ coins, native }: Pick<PlanDetails, 'coins' | 'native'>, token: string): Coin {
  return coins.get(token) ?? native;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

function payeeRow(payee: Plan['payees'][number], details: PlanDetails): string[] {
  const { decimals, symbol } = coinOf(details, payee.token);
  const amount = toDecimalText(payee.amount, decimals);
  return [getAddress(payee.account), payee.role, payee.views.toLocaleString('en'), amount, symbol];
}

function heldText(held: UnpaidViews['held']): string[] {
  const groups = Map.groupBy(held, ({ why }) => why);
  return [...groups].map(([why, views]) => `Not now: ${count(views.length, 'view')} ${HOLDS[why]}.`);
}

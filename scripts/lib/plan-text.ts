import { getAddress } from 'ethers';
import { toDecimalText } from '../../indexer/lib/money.ts';
import type { Plan } from '../../indexer/payouts/plan.ts';
import type { Hold, UnpaidViews } from '../../indexer/payouts/unpaid-views.ts';
import { amountText, type Coin, NATIVE } from './coins.ts';
import { table } from './table.ts';

export interface PlanDetails {
  coinOf(token: string): Coin;
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
  const { coinOf, gasCost, operator } = details;
  if (plan.views === 0) return ['Nothing to pay.', ...heldText(held)];
  const totals = plan.coins.map((coin) => amountText(coin.amount, coinOf(coin.token))).join(' and ');
  return [
    `${count(plan.views, 'view')} to pay, in ${count(plan.batches.length, 'transaction')}:`,
    '',
    ...table(
      [
        ['who', 'role', 'views', 'amount', 'coin'],
        ...plan.payees.map((payee) => payeeRow(payee, coinOf(payee.token))),
      ],
      { right: [2, 3] },
    ),
    '',
    `Total ${totals}, from the operator ${operator}`,
    `Gas   up to ${plan.gas.toLocaleString('en')}, at most ${amountText(gasCost, NATIVE)} at today's fees`,
    ...heldText(held),
  ];
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

function payeeRow(payee: Plan['payees'][number], { decimals, symbol }: Coin): string[] {
  const amount = toDecimalText(payee.amount, decimals);
  return [getAddress(payee.account), payee.role, payee.views.toLocaleString('en'), amount, symbol];
}

function heldText(held: UnpaidViews['held']): string[] {
  const groups = Map.groupBy(held, ({ why }) => why);
  return [...groups].map(([why, views]) => `Not now: ${count(views.length, 'view')} ${HOLDS[why]}.`);
}

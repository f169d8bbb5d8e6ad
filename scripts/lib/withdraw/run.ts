import { getAddress, ZeroAddress } from 'ethers';
import { hostsBy } from '../../../indexer/contract/interface.ts';
import { balanceOf } from '../../../indexer/payouts/erc20-allowance.ts';
import type { Call } from '../cli.ts';
import { amountText, type Coin, coinsOf, NATIVE } from '../coins.ts';
import { openScriptContext, openStores, type ScriptContext, type Stores } from '../script-context.ts';
import { table } from '../table.ts';
import { type WithdrawOptions, withdrawOptions } from './options.ts';
import { ownKey, type Payout, payoutFor } from './payout.ts';

interface Credit {
  contract: string;
  token: string;
  amount: bigint;
}

/** @throws {CliError} */
export async function runWithdraw({ argv, env, print }: Call): Promise<void> {
  const options = withdrawOptions(argv);
  using context = await openScriptContext(env);
  await using stores = await openStores(context);
  await withdraw(print, context, stores, options);
}

async function withdraw(
  print: Call['print'],
  context: ScriptContext,
  stores: Stores | null,
  options: WithdrawOptions,
): Promise<void> {
  const own = ownKey(context, options);
  const credits = await creditsOf(context, stores, options);
  if (credits.length === 0) return print(`${options.wallet} has nothing to withdraw.`);
  const coinOf = await coinsOf(context, credits);
  print(`Credits of ${options.wallet}:`, ...creditTable(credits, coinOf));
  const payout = payoutFor(context, stores?.book ?? null, own, options);
  for (const credit of credits) {
    print(...(await payOne(context, payout, credit, coinOf(credit.token), options)));
  }
}

/** What the contracts owe the wallet: in every coin that it earned by the records, or the one asked for. */
async function creditsOf(
  context: ScriptContext,
  stores: Stores | null,
  options: WithdrawOptions,
): Promise<Credit[]> {
  const { wallet } = options;
  const earned = stores
    ? (await stores.store.earnings(wallet.toLowerCase())).byToken.map(({ token }) => token)
    : [];
  const tokens = options.token === null ? new Set([ZeroAddress, ...earned]) : [options.token.toLowerCase()];
  const contracts = options.contract === null ? context.deployedAt.keys() : [options.contract.toLowerCase()];
  const hostOf = hostsBy(context.provider);
  const credits: Credit[] = [];
  for (const contract of contracts) {
    const host = hostOf(contract);
    for (const token of tokens) {
      credits.push({ contract, token, amount: await host.credits(wallet, token) });
    }
  }
  return credits.filter((credit) => credit.amount > 0n);
}

async function payOne(
  context: ScriptContext,
  payout: Payout,
  credit: Credit,
  coin: Coin,
  options: WithdrawOptions,
): Promise<string[]> {
  const to = options.to ?? options.wallet;
  const holding = () =>
    credit.token === ZeroAddress
      ? context.provider.getBalance(to)
      : balanceOf(context.provider, credit.token, to);
  const before = await holding();
  const receipt = await payout.withdraw(credit.contract, credit.token);
  const payer = payout.bySelf ? 'the wallet' : `the operator ${payout.sender}`;
  return [
    `Paid ${amountText(credit.amount, coin)} to ${to}`,
    `  transaction ${receipt.hash}, gas ${amountText(receipt.fee, NATIVE)} paid by ${payer}`,
    `  balance ${amountText(before, coin)} -> ${amountText(await holding(), coin)}`,
  ];
}

function creditTable(credits: Credit[], coinOf: (token: string) => Coin): string[] {
  const rows = credits.map(({ contract, token, amount }) => [
    amountText(amount, coinOf(token)),
    `in the contract ${getAddress(contract)}`,
  ]);
  return table([['amount', 'where'], ...rows], { right: [0] });
}

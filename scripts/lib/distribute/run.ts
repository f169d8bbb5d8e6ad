import { ZeroAddress } from 'ethers';
import { HostContract } from '../../../indexer/contract/stream-host.ts';
import { allow, balanceOf } from '../../../indexer/payouts/erc20-allowance.ts';
import { paidViewsReader } from '../../../indexer/payouts/paid-on-chain.ts';
import { finishEarlierRun, type PaidBatch, type PayDeps, payBatch } from '../../../indexer/payouts/pay.ts';
import { type Plan, planPayments } from '../../../indexer/payouts/plan.ts';
import { findUnpaidViews } from '../../../indexer/payouts/unpaid-views.ts';
import { batchLimits } from '../../../indexer/txmgr/batch-limits.ts';
import { inFlight } from '../../../indexer/txmgr/nonces.ts';
import { type Call, CliError } from '../cli.ts';
import { amountText, coinsOf, NATIVE } from '../coins.ts';
import { count, type PlanDetails, planText } from '../plan-text.ts';
import { progressBar } from '../provide/progress.ts';
import {
  openScriptContext,
  openStores,
  operatorTransactions,
  type ScriptContext,
  type Stores,
} from '../script-context.ts';
import { type DistributeOptions, distributeOptions } from './options.ts';

const EARLIER_RUN_TIMEOUT_MS = 60_000;

/** @throws {CliError} */
export async function runDistribute(call: Call): Promise<void> {
  const options = distributeOptions(call.argv);
  using context = await openScriptContext(call.env);
  await using stores = await openStores(context);
  if (stores === null) return call.print('Nothing to pay: no view was ever reported to this host.');
  await distribute(call, context, stores, options);
}

async function distribute(
  call: Call,
  context: ScriptContext,
  stores: Stores,
  options: DistributeOptions,
): Promise<void> {
  const { print } = call;
  const deps = payDeps(context, stores);
  const unmined = options.yes
    ? await finishEarlierRun(deps, EARLIER_RUN_TIMEOUT_MS)
    : await inFlight(context.provider, stores.book);
  const { unpaid, held } = await findUnpaidViews(deps, options.filter, unmined);
  const block = await context.provider.getBlock('latest');
  const plan = planPayments(
    unpaid,
    batchLimits(block?.gasLimit ?? 30_000_000n, context.config.sponsorBatchGas),
  );
  const details = await planDetails(context, plan, deps);
  print(...planText(plan, held, details));
  if (plan.views === 0) return;
  if (!options.yes) return print('', 'Nothing is sent. To pay, add --yes.');
  await requireFunds(context, plan, details);
  await pay(call, context, deps, plan, details);
}

function payDeps(context: ScriptContext, { store, book }: Stores): PayDeps {
  const { provider, rpc, deployedAt } = context;
  const txManager = operatorTransactions(context, book);
  return {
    store,
    book,
    txManager,
    chain: new HostContract(provider),
    paidViews: paidViewsReader(rpc),
    deployedAt,
    sponsor: txManager.address.toLowerCase(),
  };
}

async function planDetails(context: ScriptContext, plan: Plan, { txManager }: PayDeps): Promise<PlanDetails> {
  const fees = await context.provider.getFeeData();
  return {
    coinOf: await coinsOf(context, plan.coins),
    gasCost: plan.gas * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n),
    operator: txManager.address,
  };
}

/** Before anything is sent, so that a run does not stop half-way for want of money. */
async function requireFunds(context: ScriptContext, plan: Plan, details: PlanDetails): Promise<void> {
  for (const token of new Set([ZeroAddress, ...plan.coins.map((coin) => coin.token)])) {
    const native = token === ZeroAddress;
    const views = plan.coins.filter((coin) => coin.token === token);
    const needed = views.reduce((sum, coin) => sum + coin.amount, native ? details.gasCost : 0n);
    const balance = native
      ? await context.provider.getBalance(details.operator)
      : await balanceOf(context.provider, token, details.operator);
    if (balance >= needed) continue;
    const coin = details.coinOf(token);
    throw new CliError(
      `The operator ${details.operator} holds ${amountText(balance, coin)}; this takes ${amountText(needed, coin)}. Nothing was sent.`,
    );
  }
}

async function pay(
  { print, out }: Call,
  context: ScriptContext,
  deps: PayDeps,
  plan: Plan,
  details: PlanDetails,
): Promise<void> {
  for (const { contract, token, amount } of plan.coins) {
    if (token !== ZeroAddress) await allow({ ...deps, provider: context.provider }, token, contract, amount);
  }
  print('');
  const bar = progressBar(plan.views, 'views', out);
  const done: PaidBatch[] = [];
  let views = 0;
  try {
    for (const batch of plan.batches) {
      const paid = await payBatch(deps, batch);
      done.push(paid);
      views += batch.views.length;
      bar.update(views, paid.txHash ?? 'nothing left to pay');
    }
  } finally {
    bar.end();
    print(...summary(done, plan, details));
  }
}

function summary(done: PaidBatch[], plan: Plan, details: PlanDetails): string[] {
  const lines = done.flatMap((batch, index) => {
    const coin = details.coinOf(plan.batches[index]?.token ?? ZeroAddress);
    if (batch.txHash === null) return [];
    const back = batch.surplus > 0n ? `, ${amountText(batch.surplus, coin)} came back as your credit` : '';
    return [
      `  ${batch.txHash}  ${count(batch.paid.length, 'view')}  ${amountText(batch.amount, coin)}  gas ${amountText(batch.gasCost, NATIVE)}${back}`,
    ];
  });
  const paid = done.reduce((sum, batch) => sum + batch.paid.length, 0);
  const left = done.reduce((sum, batch) => sum + batch.left.length, 0);
  return [
    `Paid ${count(paid, 'view')}:`,
    ...lines,
    ...(left > 0
      ? [`${count(left, 'view')} not paid: another run took them, or their price rose. Run it again to see.`]
      : []),
  ];
}

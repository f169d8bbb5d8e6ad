import { ZeroAddress } from 'ethers';
import { hostContract } from '../indexer/contract/stream-host.ts';
import { batchLimits } from '../indexer/payouts/batch-size.ts';
import { allow, balanceOf } from '../indexer/payouts/erc20-allowance.ts';
import { paidViewsReader } from '../indexer/payouts/paid-on-chain.ts';
import { type DistributionDeps, finishEarlierRun, type PaidBatch, payBatch } from '../indexer/payouts/pay.ts';
import { type Plan, planDistribution } from '../indexer/payouts/plan.ts';
import { findDue } from '../indexer/payouts/unpaid-views.ts';
import type { Store } from '../indexer/store/store.ts';
import { keyLease } from '../indexer/txmgr/key-lock.ts';
import { inFlight } from '../indexer/txmgr/nonces.ts';
import { operatorKey } from '../indexer/txmgr/tx-manager.ts';
import { CliError, runScript } from './lib/cli.ts';
import { coinsOf, NATIVE } from './lib/coins.ts';
import { DISTRIBUTE_USAGE, type DistributeOptions, distributeOptions } from './lib/distribute-options.ts';
import { amountText, coinOf, count, type PlanContext, planText } from './lib/plan-text.ts';
import { progressBar } from './lib/provide/progress.ts';
import { type Desk, openDesk, openRecords, operatorWallet } from './lib/script-context.ts';

const EARLIER_RUN_PATIENCE_MS = 60_000;

await runScript(async (argv) => {
  const options = distributeOptions(argv);
  if (options.help) return print([DISTRIBUTE_USAGE]);
  using desk = await openDesk();
  const store = await openRecords(desk);
  if (store === null) return print(['Nothing to pay: no view was ever reported to this host.']);
  try {
    await distribute(desk, store, options);
  } finally {
    await store.close();
  }
});

async function distribute(desk: Desk, store: Store, options: DistributeOptions): Promise<void> {
  const deps = distributionDeps(desk, store);
  const unmined = options.yes
    ? await finishEarlierRun(deps, EARLIER_RUN_PATIENCE_MS)
    : await inFlight(desk.provider, store);
  const { due, held } = await findDue(deps, options.filter, unmined);
  const block = await desk.provider.getBlock('latest');
  const plan = planDistribution(
    due,
    batchLimits(block?.gasLimit ?? 30_000_000n, desk.config.sponsorBatchGas),
  );
  const context = await planContext(desk, plan, deps);
  print(planText(plan, held, context));
  if (plan.views === 0) return;
  if (!options.yes) return print(['', 'Nothing is sent. To pay, add --yes.']);
  await requireFunds(desk, plan, context);
  await pay(desk, deps, plan, context);
}

function distributionDeps(desk: Desk, store: Store): DistributionDeps {
  const { provider, rpc, deployedAt } = desk;
  const operator = operatorKey({
    wallet: operatorWallet(desk),
    provider,
    ledger: store,
    lease: keyLease(store),
  });
  return {
    store,
    ledger: store,
    operator,
    chain: hostContract(provider),
    paidViews: paidViewsReader(rpc),
    deployedAt,
    sponsor: operator.address.toLowerCase(),
  };
}

async function planContext(desk: Desk, plan: Plan, { operator }: DistributionDeps): Promise<PlanContext> {
  const fees = await desk.provider.getFeeData();
  return {
    coins: await coinsOf(
      desk,
      plan.coins.map((coin) => coin.token),
    ),
    native: NATIVE,
    gasCost: plan.gas * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n),
    operator: operator.address,
  };
}

/** Before anything is sent, so that a run does not stop half-way for want of money. */
async function requireFunds(desk: Desk, plan: Plan, context: PlanContext): Promise<void> {
  for (const token of new Set([ZeroAddress, ...plan.coins.map((coin) => coin.token)])) {
    const native = token === ZeroAddress;
    const views = plan.coins.filter((coin) => coin.token === token);
    const needed = views.reduce((sum, coin) => sum + coin.amount, native ? context.gasCost : 0n);
    const balance = native
      ? await desk.provider.getBalance(context.operator)
      : await balanceOf(desk.provider, token, context.operator);
    if (balance >= needed) continue;
    const coin = coinOf(context, token);
    throw new CliError(
      `The operator ${context.operator} holds ${amountText(balance, coin)}; this takes ${amountText(needed, coin)}. Nothing was sent.`,
    );
  }
}

async function pay(desk: Desk, deps: DistributionDeps, plan: Plan, context: PlanContext): Promise<void> {
  for (const { contract, token, amount } of plan.coins) {
    if (token !== ZeroAddress) await allow({ ...deps, provider: desk.provider }, token, contract, amount);
  }
  print(['']);
  const bar = progressBar(plan.views, 'views');
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
    print(summary(done, plan, context));
  }
}

function summary(done: PaidBatch[], plan: Plan, context: PlanContext): string[] {
  const lines = done.flatMap((batch, index) => {
    const coin = coinOf(context, plan.batches[index]?.token ?? ZeroAddress);
    if (batch.txHash === null) return [];
    const back = batch.surplus > 0n ? `, ${amountText(batch.surplus, coin)} came back as your credit` : '';
    return [
      `  ${batch.txHash}  ${count(batch.paid.length, 'view')}  ${amountText(batch.amount, coin)}  gas ${amountText(batch.gasCost, context.native)}${back}`,
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

function print(lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

import { claimPolicy } from '../../../indexer/compose/claiming.ts';
import { HostContract } from '../../../indexer/contract/stream-host.ts';
import { ClaimChain } from '../../../indexer/playback/claiming/claim-chain.ts';
import { Claiming } from '../../../indexer/playback/claiming/claiming.ts';
import { knownCoins } from '../../../indexer/tokens/known-coins.ts';
import { createTokenBook } from '../../../indexer/tokens/token-metadata.ts';
import { inFlight } from '../../../indexer/txmgr/nonces.ts';
import { confirmationsOf } from '../../../networks/networks.ts';
import type { Call } from '../cli.ts';
import { coinsOf } from '../coins.ts';
import {
  openScriptContext,
  openStores,
  operatorTransactions,
  type ScriptContext,
  type Stores,
} from '../script-context.ts';
import { claimedText, dueText, setAsideText } from './due-text.ts';
import { followRecords } from './follow-records.ts';
import { type ClaimOptions, claimOptions } from './options.ts';

/** Of those that were set aside: `GET /vouchers` shows all. */
const SHOWN = 20;

/** @throws {CliError} */
export async function runClaim({ argv, env, print }: Call): Promise<void> {
  const options = claimOptions(argv);
  using context = await openScriptContext(env);
  await using stores = await openStores(context);
  if (stores === null) return print('Nothing to claim: this host has sold nothing.');
  await claim(print, context, stores, options);
}

async function claim(
  print: Call['print'],
  context: ScriptContext,
  { store, book }: Stores,
  { all, yes }: ClaimOptions,
): Promise<void> {
  const { config, provider, rpc, chainId, embedded } = context;
  const txManager = operatorTransactions(context, book);
  const wallet = config.providerWallet ?? txManager.address;
  await using indexed = await followRecords(context, store);
  const tokens = createTokenBook(rpc, { known: knownCoins(chainId, config.knownTokens) });
  const silent = () => undefined;
  const claiming = new Claiming({
    ...{ store, book, txManager, indexed },
    chain: new ClaimChain(provider, embedded ? 0 : confirmationsOf(chainId)),
    contract: new HostContract(provider),
    provider: wallet.toLowerCase(),
    policy: await claimPolicy(config, tokens),
    gasCap: config.claimBatchGas,
    nowSec: () => Math.floor(Date.now() / 1000),
    log: { info: silent, warn: silent },
  });
  if (!yes) await claiming.settle(() => inFlight(provider, book));
  else await claiming.settle();
  const due = await claiming.due(all);
  const vouchers = [...due.batches.flatMap((batch) => batch.vouchers), ...due.held, ...due.refused];
  const setAside = (await book.vouchersOf({ provider: wallet, state: 'rejected', limit: SHOWN })).rows;
  const priced = [...vouchers.map(({ voucher }) => voucher), ...setAside];
  const coinOf = await coinsOf(context, priced);
  print(`Vouchers of the provider ${wallet}:`, ...dueText(due, coinOf), ...setAsideText(setAside, coinOf));
  const isDue = due.batches.length > 0;
  if (!yes) return isDue ? print('', 'Nothing is sent. To claim, add --yes.') : undefined;
  const done = await claiming.run(all);
  if (isDue || done.length > 0) print('', 'Claimed:', ...claimedText(done, coinOf));
}

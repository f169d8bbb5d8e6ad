import { type TransactionReceipt, Wallet } from 'ethers';
import { publicTestAccounts } from '../../../devchain/accounts.ts';
import { hostInterface } from '../../../indexer/contract/interface.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { CliError } from '../cli.ts';
import {
  knownOperator,
  operatorTransactions,
  operatorWallet,
  type ScriptContext,
} from '../script-context.ts';
import type { WithdrawOptions } from './options.ts';

/** Who sends the withdrawal, and how. */
export interface Payout {
  /** Whether the wallet itself sends it, and so pays the gas. */
  bySelf: boolean;
  sender: string;
  withdraw(contract: string, token: string): Promise<TransactionReceipt>;
}

/** @throws {CliError} when the keys at hand can't do what is asked. */
export function payoutFor(
  context: ScriptContext,
  book: Book | null,
  own: Wallet | null,
  { wallet, to }: WithdrawOptions,
): Payout {
  if (own === null && to !== null) {
    throw new CliError(
      `--to takes the key of ${wallet} itself: name the variable that holds it with --key-env.`,
    );
  }
  const signer = own ?? operatorWallet(context);
  const send = sender(context, book, signer);
  return {
    bySelf: own !== null,
    sender: signer.address,
    withdraw: (contract, token) => send(contract, calldata(token)),
  };

  function calldata(token: string): string {
    if (own === null) return hostInterface.encodeFunctionData('withdrawFor', [wallet, token]);
    if (to !== null) return hostInterface.encodeFunctionData('withdrawTo', [token, to]);
    return hostInterface.encodeFunctionData('withdraw', [token]);
  }
}

/** The wallet's own key, if it is at hand. @throws {CliError} when the variable named holds none, or another's. */
export function ownKey(
  { env, config, embedded, provider }: ScriptContext,
  { wallet, keyEnv }: WithdrawOptions,
): Wallet | null {
  if (keyEnv !== null) {
    const named = walletOf(env[keyEnv], keyEnv);
    if (named.address === wallet) return named.connect(provider);
    throw new CliError(`The key in ${keyEnv} is of ${named.address}, not of ${wallet}.`);
  }
  const configured = config.privateKey === undefined ? null : new Wallet(config.privateKey);
  if (configured?.address === wallet) return configured.connect(provider);
  const test = embedded ? publicTestAccounts().find((account) => account.address === wallet) : undefined;
  return test ? new Wallet(test.privateKey, provider) : null;
}

function walletOf(key: string | undefined, variable: string): Wallet {
  if (!key?.trim()) throw new CliError(`${variable} is not set.`);
  try {
    return new Wallet(key.trim());
  } catch {
    throw new CliError(`${variable} holds no private key: 32 bytes in hex.`);
  }
}

/** The operator's key is shared with the host, so its sending takes turns; any other key is used here alone. */
function sender(context: ScriptContext, book: Book | null, signer: Wallet) {
  const isOperator = signer.address === knownOperator(context)?.address;
  const txManager = book && isOperator ? operatorTransactions(context, book) : null;
  return async (to: string, data: string): Promise<TransactionReceipt> => {
    const receipt = txManager
      ? await (await txManager.send('withdraw', async () => ({ to, data })))?.mined()
      : await (await signer.sendTransaction({ to, data })).wait();
    if (receipt?.status !== 1) throw new CliError(`The withdrawal was reverted: ${receipt?.hash}.`);
    return receipt;
  };
}

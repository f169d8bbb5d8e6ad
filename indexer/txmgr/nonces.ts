import type { JsonRpcApiProvider } from 'ethers';
import type { SentTransaction, TxRecords } from '../store/book.ts';
import { broadcast, isNonceUsed, isRefusal, transactionCount } from './broadcast.ts';

/**
 * The next nonce of `account`. What was recorded and never reached the chain's pool goes out first, unchanged;
 * what the node refuses now gives its nonce to the next call. Call it while holding the key.
 */
export async function nextNonce(
  provider: JsonRpcApiProvider,
  records: TxRecords,
  account: string,
): Promise<number> {
  await records.finishSent(account, await finalCount(provider, account));
  let next = await transactionCount(provider, account, 'pending');
  for (const tx of newestVersions(await records.unfinishedSent({ account }))) {
    if (tx.nonce < next) continue;
    if (tx.nonce > next || !(await resend(provider, tx))) return next;
    next = tx.nonce + 1;
  }
  return next;
}

/**
 * What is recorded and not mined, of every account.
 * @param except a nonce about to be used again: whatever stands under it excludes the new transaction.
 */
export async function inFlight(
  provider: JsonRpcApiProvider,
  records: TxRecords,
  except?: { account: string; nonce: number },
): Promise<SentTransaction[]> {
  const unfinished = await records.unfinishedSent();
  const mined = new Map<string, number>();
  for (const account of new Set(unfinished.map((tx) => tx.account))) {
    mined.set(account, await transactionCount(provider, account, 'latest'));
  }
  return unfinished.filter(
    (tx) =>
      tx.nonce >= (mined.get(tx.account) ?? 0) &&
      !(tx.account === except?.account && tx.nonce === except.nonce),
  );
}

/** The newest version of what the account's queue waits for; undefined where everything is mined. */
export async function firstUnmined(
  provider: JsonRpcApiProvider,
  records: TxRecords,
  account: string,
): Promise<SentTransaction | undefined> {
  const mined = await transactionCount(provider, account, 'latest');
  const unmined = (await records.unfinishedSent({ account })).filter(({ nonce }) => nonce >= mined);
  return unmined.findLast(({ nonce }) => nonce === unmined[0]?.nonce);
}

/** @returns false when the node refuses it. @throws when the node could not be asked. */
async function resend(provider: JsonRpcApiProvider, tx: SentTransaction): Promise<boolean> {
  try {
    await broadcast(provider, tx);
    return true;
  } catch (error) {
    if (isNonceUsed(error)) return true;
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** A chain without finality answers an error: then nothing is final, and everything stays recorded. */
async function finalCount(provider: JsonRpcApiProvider, account: string): Promise<number> {
  return transactionCount(provider, account, 'finalized').catch(() => 0);
}

/** Of transactions sorted by nonce and age: the last of each nonce. */
function newestVersions(sent: SentTransaction[]): SentTransaction[] {
  return [...new Map(sent.map((tx) => [tx.nonce, tx])).values()];
}

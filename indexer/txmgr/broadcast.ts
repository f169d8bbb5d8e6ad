import { isError, type JsonRpcApiProvider } from 'ethers';

/** How many transactions of `address` the chain counts. Asked directly: ethers answers from a cache at times. */
export async function transactionCount(
  provider: JsonRpcApiProvider,
  address: string,
  tag: 'latest' | 'pending' | 'finalized',
): Promise<number> {
  return Number(await provider.send('eth_getTransactionCount', [address, tag]));
}

/**
 * Hands a signed transaction to the node; does nothing when the node knows it already.
 * @throws the node's error; `isRefusal` tells whether the node refused it or could not be asked.
 */
export async function broadcast(
  provider: JsonRpcApiProvider,
  tx: { raw: string; hash: string },
): Promise<void> {
  try {
    await provider.send('eth_sendRawTransaction', [tx.raw]);
  } catch (error) {
    // "Already known", or mined and reverted, which development chains answer as an error.
    const known = await provider.send('eth_getTransactionByHash', [tx.hash]).catch(() => null);
    if (known === null) throw error;
  }
}

/** The node answered, and the answer was no. Anything else (timeout, lost connection) leaves the outcome open. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { info } = error as { info?: { error?: unknown } };
  return 'error' in error || info?.error !== undefined;
}

/** The account's nonce has been used by another transaction. */
export function isNonceUsed(error: unknown): boolean {
  return isError(error, 'NONCE_EXPIRED');
}

import type { JsonRpcApiProvider } from 'ethers';

/** Whoever asks for metrics may do so at any rate, and the chain's endpoint is not to be asked more for it. */
const KEPT_MS = 30_000;

/** @returns what an operator's wallet holds, read at most every half minute; `null` where there is none, or no answer. */
export function createOperatorBalance(
  provider: Pick<JsonRpcApiProvider, 'getBalance'>,
  operator: { address: string } | null,
  nowMs: () => number = () => performance.now(),
): () => Promise<bigint | null> {
  let asked: { atMs: number; balance: Promise<bigint | null> } | null = null;
  return async () => {
    if (operator === null) return null;
    if (asked === null || nowMs() - asked.atMs >= KEPT_MS) {
      const balance = provider.getBalance(operator.address).catch(() => null);
      asked = { atMs: nowMs(), balance };
    }
    return await asked.balance;
  };
}

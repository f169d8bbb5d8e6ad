import type { JsonRpcApiProvider } from 'ethers';

/** Whoever asks for metrics may do so at any rate, and the chain's endpoint is not to be asked more for it. */
const KEPT_MS = 30_000;
/** What is older says nothing any more. */
const GOOD_MS = 600_000;

/**
 * @returns what an operator's wallet held when the chain last said so: it is asked behind, at most every half minute, so that
 *   an endpoint which hangs keeps nobody waiting. `null` where there is no wallet, or while nobody knows.
 */
export function createOperatorBalance(
  provider: Pick<JsonRpcApiProvider, 'getBalance'>,
  operator: { address: string } | null,
  nowMs: () => number = () => performance.now(),
): () => { wallet: string; wei: bigint } | null {
  let known: { atMs: number; wei: bigint } | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;

  function ask(wallet: string): void {
    askedMs = nowMs();
    const keep = (wei: bigint) => {
      known = { atMs: nowMs(), wei };
    };
    provider.getBalance(wallet).then(keep, () => undefined);
  }

  return () => {
    if (operator === null) return null;
    if (nowMs() - askedMs >= KEPT_MS) ask(operator.address);
    if (known === null || nowMs() - known.atMs >= GOOD_MS) return null;
    return { wallet: operator.address, wei: known.wei };
  };
}

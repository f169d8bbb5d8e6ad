import { knownCoins } from '../../indexer/tokens/known-coins.ts';
import { createTokenBook } from '../../indexer/tokens/token-metadata.ts';
import type { Coin } from './plan-text.ts';
import type { ScriptContext } from './script-context.ts';

export const NATIVE: Coin = { symbol: 'ETH', decimals: 18 };

/** How the tokens are shown, by lower-case address; one that does not say its decimals in base units. */
export async function coinsOf(
  { rpc, chainId, config }: Pick<ScriptContext, 'rpc' | 'chainId' | 'config'>,
  tokens: string[],
): Promise<Map<string, Coin>> {
  const book = createTokenBook(rpc, { known: knownCoins(chainId, config.knownTokens) });
  const described = await Promise.all([...new Set(tokens)].map((token) => book.describe(token)));
  return new Map(described.map(({ address, symbol, decimals }) => [address, coin(symbol, decimals)]));
}

function coin(symbol: string, decimals: number | null): Coin {
  return decimals === null ? { symbol: `base units of ${symbol}`, decimals: 0 } : { symbol, decimals };
}

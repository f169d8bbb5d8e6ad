import { toDecimalText } from '../../indexer/lib/money.ts';
import { knownCoins } from '../../indexer/tokens/known-coins.ts';
import { createTokenBook } from '../../indexer/tokens/token-metadata.ts';
import type { ScriptContext } from './script-context.ts';

/** How a coin is shown. */
export interface Coin {
  symbol: string;
  decimals: number;
}

export const NATIVE: Coin = { symbol: 'ETH', decimals: 18 };

export function amountText(amount: bigint, { decimals, symbol }: Coin): string {
  return `${toDecimalText(amount, decimals)} ${symbol}`;
}

/** How the tokens of what is priced are shown; one that does not say its decimals in base units. */
export async function coinsOf(
  { rpc, chainId, config }: Pick<ScriptContext, 'rpc' | 'chainId' | 'config'>,
  priced: readonly { token: string }[],
): Promise<(token: string) => Coin> {
  const book = createTokenBook(rpc, { known: knownCoins(chainId, config.knownTokens) });
  const tokens = new Set(priced.map(({ token }) => token));
  const described = await Promise.all(Array.from(tokens, (token) => book.describe(token)));
  const coins = new Map(described.map(({ address, symbol, decimals }) => [address, coin(symbol, decimals)]));
  return (token) => coins.get(token.toLowerCase()) ?? NATIVE;
}

function coin(symbol: string, decimals: number | null): Coin {
  return decimals === null ? { symbol: `base units of ${symbol}`, decimals: 0 } : { symbol, decimals };
}

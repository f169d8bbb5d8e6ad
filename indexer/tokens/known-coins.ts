import { ZeroAddress } from 'ethers';
import { networkOf } from '../../networks/networks.ts';

/**
 * Coins that are what they call themselves and say truly who has paid: by address in lower case, with their symbol, or
 * `null` where it is theirs to say.
 */
export type KnownCoins = ReadonlyMap<string, string | null>;

/** @param vouched tokens that the operator vouches for. */
export function knownCoins(chainId: number, vouched: readonly string[] = []): KnownCoins {
  const usdc = networkOf(chainId)?.usdc?.toLowerCase();
  return new Map([
    [ZeroAddress, null],
    ...vouched.map((token) => [token.toLowerCase(), null] as const),
    ...(usdc === undefined ? [] : [[usdc, 'USDC'] as const]),
  ]);
}

import type { ChainFacts } from '../../api/answers.ts';
import { type CoinLabel, coinName } from '../../components/amount.ts';
import type { Coin } from '../../contract/calls.ts';
import { NATIVE, NATIVE_DECIMALS } from '../../contract/money.ts';
import { short } from '../../lib/short.ts';
import type { Wallet } from '../../wallet/wallet.ts';

/** In what a video is sold. */
export interface DraftCoin extends Coin {
  chainId: number;
  isVerified: boolean;
}

const NATIVE_COIN = { token: NATIVE, symbol: 'ETH', decimals: NATIVE_DECIMALS } as const;

/** The native coin first, then the tokens for which the host vouches. */
export function verifiedCoins({ chain_id: chainId, coins = [] }: ChainFacts): DraftCoin[] {
  const known = coins.flatMap((coin) => (coin.token_decimals === null ? [] : [describedCoin(coin, chainId)]));
  return known.some(({ token }) => token === NATIVE)
    ? known
    : [{ ...NATIVE_COIN, chainId, isVerified: true }, ...known];
}

/** A coin as the host describes it. */
export function describedCoin(
  coin: CoinLabel & { token: string; token_decimals: number | null },
  chainId: number,
): DraftCoin {
  const { token, token_symbol: symbol, token_decimals: decimals, token_verified: isVerified } = coin;
  return { token, symbol, decimals: decimals ?? 0, chainId, isVerified };
}

/** The coin that was chosen on this chain, else the native one. */
export function coinOf(chosen: DraftCoin | undefined, chain: ChainFacts): DraftCoin {
  const [native] = verifiedCoins(chain);
  return chosen && chosen.chainId === chain.chain_id ? chosen : (native as DraftCoin);
}

/** As the page calls a coin, everywhere. */
export function nameOf({ symbol, isVerified }: DraftCoin): string {
  return coinName({ token_symbol: symbol, token_verified: isVerified });
}

/** `decimals()` */
const DECIMALS = '0x313ce567';

/**
 * Looks a token up by its address, by the wallet's own way to the chain.
 * @returns `null` where the wallet is on another network. @throws where there is no such token, or no answer
 */
export async function coinAt(token: string, wallet: Wallet, chain: ChainFacts): Promise<DraftCoin | null> {
  if (wallet.chainId !== chain.chain_id) return null;
  const known = verifiedCoins(chain).find((coin) => coin.token.toLowerCase() === token.toLowerCase());
  if (known) return known;
  const call = { to: token, data: DECIMALS };
  const said = await wallet.provider.request({ method: 'eth_call', params: [call, 'latest'] });
  const decimals = /^0x[0-9a-f]{64}$/i.test(String(said)) ? Number(BigInt(String(said))) : Number.NaN;
  if (!(decimals <= MAX_DECIMALS)) throw new Error('It says no decimals.');
  // A token calls itself what it likes: it is shown by its address.
  return {
    token,
    symbol: short(token),
    decimals,
    chainId: chain.chain_id,
    isVerified: false,
  };
}

const MAX_DECIMALS = 40;

import { toBaseUnits, toDecimalText } from '../lib/money.ts';
import { PriceUnfit } from './errors.ts';

/** The contract holds a price in 72 bits. */
export const MAX_PRICE_PER_UNIT = 2n ** 72n - 1n;

/** A coin as it describes itself; `decimals` is `null` where it does not. */
export interface Coin {
  address: string;
  symbol: string;
  /** Whether it is known to be what its symbol says. */
  verified: boolean;
  decimals: number | null;
}

/** A decimal amount in the coin's base units. @throws {PriceUnfit} */
export function amountInBaseUnits(amount: string | number, { decimals, symbol, address }: Coin): bigint {
  if (decimals === null)
    throw new PriceUnfit(`${address} is no ERC-20 token on this chain.`, { reason: 'token' });
  const units = toBaseUnits(amount, decimals);
  if (units !== null) return units;
  throw new PriceUnfit(`${symbol} has ${decimals} decimals; ${amount} has more.`, { reason: 'decimals' });
}

/** A price as the contract takes it. @throws {PriceUnfit} */
export function priceInBaseUnits(price: string | number, coin: Coin): bigint {
  const units = amountInBaseUnits(price, coin);
  if (units <= MAX_PRICE_PER_UNIT) return units;
  const most = toDecimalText(MAX_PRICE_PER_UNIT, coin.decimals ?? 0);
  throw new PriceUnfit(`A price in ${coin.symbol} is at most ${most}.`, { reason: 'too_large' });
}

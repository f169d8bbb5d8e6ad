/** A coin as the host's answers name it. */
export interface CoinLabel {
  token_symbol: string;
  token_verified: boolean;
}

interface PricedListing extends CoinLabel {
  price: string;
}

/** Names a coin: an unverified token, which anybody can have made, is called so beside each amount. */
export function coinName({ token_symbol, token_verified }: CoinLabel): string {
  return token_verified === false ? `${token_symbol} (unverified)` : token_symbol;
}

/** `0.001 ETH` */
export function amountText(amount: string, coin: CoinLabel): string {
  return `${amount} ${coinName(coin)}`;
}

/** The decimal text of any amount above zero has a digit that is not 0. */
export function isFree({ price }: { price: string }): boolean {
  return !/[1-9]/.test(price);
}

export function priceText(listing: PricedListing): string {
  return isFree(listing) ? 'Free' : amountText(listing.price, listing);
}

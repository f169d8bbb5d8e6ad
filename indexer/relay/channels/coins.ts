/**
 * From how much on this host pays gas for deposits in a coin, by coin in lower case, in its base units. For other coins
 * it pays none.
 */
export type DepositMinimums = ReadonlyMap<string, bigint>;

/** A coin has the minimum that the settings name, as long as it is known. */
export interface CoinRules {
  /** By coin in lower case. */
  named: ReadonlyMap<string, bigint>;
  /** Coins that say truly who has paid, in lower case. */
  known: ReadonlyMap<string, unknown>;
  /** Gas costs nothing here: any amount of a known coin will do. */
  isFree: boolean;
}

/** A deposit is to be worth so many times the gas of bringing it in; what goes back, as much as that gas. */
const DEPOSIT_TO_GAS = 20n;

export function depositMinimums({ named, known, isFree }: CoinRules): DepositMinimums {
  const coins = [...known.keys()].filter((coin) => isFree || named.has(coin));
  return new Map(coins.map((coin) => [coin, named.get(coin) ?? 1n]));
}

/** From how much on gas is paid so that money goes back. */
export function returnMinimum(depositMinimum: bigint): bigint {
  return (depositMinimum + DEPOSIT_TO_GAS - 1n) / DEPOSIT_TO_GAS;
}

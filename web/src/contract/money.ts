/** Amounts of a coin. Exact: no floating point touches one. */

const DECIMAL = /^(\d{0,40})(?:\.(\d{0,40}))?$/;

/** Native coins have 18. */
export const NATIVE_DECIMALS = 18;
export const NATIVE = '0x0000000000000000000000000000000000000000';
/** The contract holds a price in 72 bits. */
export const MAX_PRICE = 2n ** 72n - 1n;

/** Typed text in base units; `undefined` when it is no amount or has more places than the coin. */
export function toBaseUnits(text: string, decimals = NATIVE_DECIMALS): bigint | undefined {
  const match = DECIMAL.exec(text.trim().replace(',', '.'));
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (whole + fraction === '' || significant.length > decimals) return undefined;
  return BigInt(whole + significant.padEnd(decimals, '0'));
}

/** The shortest decimal text. */
export function toDecimal(amount: bigint, decimals = NATIVE_DECIMALS): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** As the contract splits a payment: the provider's part is rounded down, the creator gets the rest. */
export function split(amount: bigint, providerShareBps: number): { creator: bigint; provider: bigint } {
  const provider = (amount * BigInt(providerShareBps)) / 10_000n;
  return { creator: amount - provider, provider };
}

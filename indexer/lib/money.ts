/** Decimal text or number of a coin's unit to base units and back. Exact: no floating point touches an amount. */

const DECIMAL = /^(\d{1,60})(?:\.(\d{1,60}))?$/;

/**
 * @param value decimal text, or a JSON number (its shortest decimal spelling is taken, exponents included).
 * @param decimals of the coin, 18 for native coins.
 * @returns base units, or `null` when it is not a plain non-negative decimal or has more places than the coin.
 */
export function toBaseUnits(value: string | number, decimals: number): bigint | null {
  const text = typeof value === 'number' ? plainDecimal(value) : value;
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > decimals) return null;
  return BigInt(whole + significant.padEnd(decimals, '0'));
}

const FULL_SHARE_BPS = 10_000n;
const ZERO = '0'.charCodeAt(0);

/** Base units to the shortest decimal text: `1000000000000000n`, 18 → `"0.001"`. */
export function toDecimalText(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  let end = digits.length;
  while (end > whole.length && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return sign + whole + (end === whole.length ? '' : `.${digits.slice(whole.length, end)}`);
}

/** `1e-7` is how JavaScript spells 0.0000001: writes it out without going through arithmetic. */
function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** The contract's rounding: the provider's share is rounded down, the creator gets the remainder. */
export function splitRoundingProviderDown(
  amount: bigint,
  providerShareBps: number,
): { creatorAmount: bigint; providerAmount: bigint } {
  const providerAmount = (amount * BigInt(providerShareBps)) / FULL_SHARE_BPS;
  return { creatorAmount: amount - providerAmount, providerAmount };
}

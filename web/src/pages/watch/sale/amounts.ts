import type { Content } from '../../../api/answers.ts';
import { amountText } from '../../../components/amount.ts';
import { toDecimal } from '../../../contract/money.ts';

/** Sold for a deposit that the chain may still drop are a tenth of it at most: of one this large that is something. */
const FEWEST: Readonly<Record<Content['unit'], number>> = { view: 10, minute: 60, day: 10 };

/** How many units a deposit is proposed for: this video, and some of the provider's others. */
export function proposedUnits({ unit }: Pick<Content, 'unit'>, soldUnits: number): number {
  return Math.max(FEWEST[unit], unit === 'minute' ? soldUnits : 1);
}

/** All of a video takes so many units. */
export function unitsOfAll({ unit }: Pick<Content, 'unit'>, soldUnits: number): number {
  return unit === 'minute' ? soldUnits : 1;
}

/** `0.06 ETH` for so many units. */
export function costText(content: Content, units: number): string {
  const amount = BigInt(content.price_base_units) * BigInt(units);
  return baseText(content, amount);
}

export function baseText(content: Content, amount: bigint): string {
  return amountText(toDecimal(amount, content.token_decimals ?? 0), content);
}

/** A whole number of at least one; `undefined` for everything else. */
export function unitsIn(text: string): number | undefined {
  const units = Number(text);
  return /^\d{1,9}$/.test(text.trim()) && units >= 1 ? units : undefined;
}

/** `1 minute`, `12 minutes` */
export function unitsText(units: number, unit: Content['unit']): string {
  return units === 1 ? `1 ${unit}` : `${units} ${unit}s`;
}

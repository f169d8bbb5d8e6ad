import type { Balance } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { amountText } from '../../../components/amount.ts';
import { toDecimal } from '../../../contract/money.ts';

/** Sold for a deposit that the chain may still drop are a tenth of it at most: of one this large that is something. */
const FEWEST = 10;
/** Whoever puts so many times the whole video aside may have meant another number. */
const MANY = 10;

/** How many units a deposit is proposed for: all of this video, and no less than its provider sells anything from at once. */
export function proposedUnits(content: Pick<Content, 'unit'>, soldUnits: number): number {
  return Math.max(FEWEST, unitsOfAll(content, soldUnits));
}

/** What there is of a deposit, and how many units of a video are to be paid yet. */
export interface Standing extends Pick<Balance, 'deposit' | 'left'> {
  unitsLeft: number;
}
type Priced = Pick<Content, 'unit' | 'price_base_units'>;

/** How many units more are proposed: what the rest of this video takes beyond what is left. */
export function proposedMore(content: Priced, standing: Standing): number {
  const covered = unitsFor(content, standing.left);
  // With nothing left it goes on from what is new alone, which the chain may still drop.
  const fewest = covered > 0 ? 1 : FEWEST - unitsFor(content, standing.deposit);
  return Math.max(unpaidUnits(content, standing) - covered, fewest, 1);
}

/** So many units of this video are paid, or can be paid by what is left. */
export function reachedUnits(content: Priced, soldUnits: number, standing: Standing): number {
  const paid = unitsOfAll(content, soldUnits) - unpaidUnits(content, standing);
  return paid + unitsFor(content, standing.left);
}

/** What a deposit may pay of this video at most: the person's limit, as far as it goes. */
export function mostOf(limit: bigint, left: bigint | null): bigint {
  return left !== null && left < limit ? left : limit;
}

/** How much of a video is open already. @param openUnits that have a key here */
export function openText(content: Pick<Content, 'unit'>, soldUnits: number, openUnits: number): string {
  if (content.unit !== 'minute') return 'It is open for you.';
  const all = unitsText(soldUnits, 'minute');
  if (openUnits >= soldUnits) return `All of it is open for you: ${all}.`;
  return `${openUnits} of ${all} ${openUnits === 1 ? 'is' : 'are'} open for you.`;
}

function unpaidUnits(content: Priced, { unitsLeft }: Standing): number {
  return Math.min(unitsLeft, unitsOfAll(content, unitsLeft));
}

function unitsFor({ price_base_units }: Priced, amount: bigint): number {
  return Number(amount / BigInt(price_base_units));
}

/** How many times all of the video so many units are, where that is to be asked back about; else `null`. */
export function manyTimes(content: Pick<Content, 'unit'>, soldUnits: number, units: number): number | null {
  const times = units / unitsOfAll(content, soldUnits);
  return times > MANY ? Math.round(times) : null;
}

/** @param held base units of the wallet; `undefined`: not known */
export function depositError(
  content: Content,
  units: number | undefined,
  held: bigint | undefined,
): string | undefined {
  if (units === undefined) return 'A whole number, such as 60.';
  const takes = BigInt(content.price_base_units) * BigInt(units);
  if (held === undefined || takes <= held) return undefined;
  return `${costText(content, units)} is more than your wallet holds.`;
}

/** @param reach of the deposit, in units; `undefined`: not known */
export function limitError(
  { unit }: Pick<Content, 'unit'>,
  text: string,
  reach: number | undefined,
): string | undefined {
  const most = unitsIn(text);
  if (most === undefined) return 'A whole number, such as 12.';
  return reach !== undefined && most > reach
    ? `The deposit is for ${unitsText(reach, unit)}: no more than that.`
    : undefined;
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

/** Of the button that takes a deposit once the delay is over: what was promised and is not claimed comes back, too. */
export function takeText(content: Content, { deposit }: Pick<Balance, 'deposit'>): string {
  return `Take ${baseText(content, deposit)}`;
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

import type { Unit } from '../../lib/unit.ts';
import type { Opening, StoredVoucher, VoucherItem } from '../../store/book/vouchers.ts';
import { DAY_SEC } from '../open-until.ts';

/** The unit that an opening of all of a content has. */
export const ALL = -1;

/** States in which a voucher's units count as paid. */
const PAYING: readonly string[] = ['open', 'sealed', 'claiming', 'claimed'];

/**
 * Units of a content in all vouchers that were signed in the epoch.
 * @param growing what takes the place of the voucher with its number, or comes beside the others
 */
export function paidUnits(
  vouchers: readonly StoredVoucher[],
  contentId: string,
  growing: Pick<StoredVoucher, 'seq' | 'items'> | null,
): number {
  const others = vouchers.filter(({ seq, state }) => PAYING.includes(state) && seq !== growing?.seq);
  return [...others, ...(growing ? [growing] : [])].reduce(
    (sum, { items }) => sum + unitsIn(items, contentId),
    0,
  );
}

function unitsIn(items: readonly VoucherItem[], contentId: string): number {
  return items.find((item) => item.contentId === contentId)?.units ?? 0;
}

/** Whether a voucher promises all that another does: of each content at least as many units, at the same price. */
export function dominates(one: readonly VoucherItem[], other: readonly VoucherItem[]): boolean {
  return other.every(({ contentId, units, unitPrice }) => {
    const same = one.find((item) => item.contentId === contentId);
    return same !== undefined && same.units >= units && same.unitPrice === unitPrice;
  });
}

/** What a voucher promises beyond another. */
export function grownItems(one: readonly VoucherItem[], other: readonly VoucherItem[]): VoucherItem[] {
  return one.filter(({ contentId, units, unitPrice }) => {
    const before = other.find((item) => item.contentId === contentId);
    return before === undefined || units > before.units || unitPrice !== before.unitPrice;
  });
}

/** A unit that is asked for, as it stands. */
export interface UnitState {
  unit: number;
  /** The first second in which it is closed; `null`: a unit must be bought for it. */
  untilSec: number | null;
}

export interface Terms {
  unit: Unit;
  /** Who has bought so many units within 24 hours has the rest for nothing; `null`: no such promise. */
  capUnits: number | null;
}

/** What is open of the units asked for. @param openings of one payer and content */
export function unitStates(
  units: readonly number[],
  openings: readonly Opening[],
  { capUnits }: Pick<Terms, 'capUnits'>,
  nowSec: number,
): UnitState[] {
  const cappedSec = cappedUntilSec(openings, capUnits, nowSec);
  return units.map((unit) => {
    const fitting = openings.filter((opening) => opening.unit === unit || opening.unit === ALL);
    const untilSec = Math.max(cappedSec, ...fitting.map((opening) => opening.untilSec));
    return { unit, untilSec: untilSec > nowSec ? untilSec : null };
  });
}

/** Until when so many openings stand as are the cap; 0 where they don't. */
function cappedUntilSec(openings: readonly Opening[], capUnits: number | null, nowSec: number): number {
  if (capUnits === null) return 0;
  const recent = openings
    .map(({ openedAtSec }) => openedAtSec + DAY_SEC)
    .filter((endSec) => endSec > nowSec)
    .sort((a, b) => b - a);
  return recent[capUnits - 1] ?? 0;
}

/**
 * What is to be bought so that all units asked for are open: of a minute one unit each, up to the cap; of a view or a day one
 * for all.
 * @param states of the units, as {@link unitStates} has them
 */
export function dueUnits(
  states: readonly UnitState[],
  openings: readonly Opening[],
  { unit: kind, capUnits }: Terms,
  nowSec: number,
): number[] {
  const closed = [...new Set(states.filter(({ untilSec }) => untilSec === null).map(({ unit }) => unit))];
  if (closed.length === 0) return [];
  if (kind !== 'minute') return [ALL];
  if (capUnits === null) return closed;
  const recent = openings.filter(({ openedAtSec }) => openedAtSec + DAY_SEC > nowSec).length;
  return closed.slice(0, Math.max(0, capUnits - recent));
}

/** What a listing is priced by, in the order of the contract's numbers. */
export const UNITS = ['view', 'minute', 'day'] as const;

export type Unit = (typeof UNITS)[number];

/** @throws {RangeError} for a number that the contract refuses. */
export function unitOf(number: number | bigint): Unit {
  const unit = UNITS[Number(number)];
  if (unit === undefined) throw new RangeError(`${number} is no unit of a price`);
  return unit;
}

/** As the contract takes it: a `uint8`. */
export function unitNumber(unit: Unit): number {
  return UNITS.indexOf(unit);
}

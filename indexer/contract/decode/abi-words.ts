/** Reads ABI-encoded data from hex text, without turning it into bytes first. Throws RangeError past its end. */

/** @param topics texts of 32 bytes in hex, the event's own first. */
export type EventDecoder<Event> = (topics: readonly string[], data: string) => Event;

const WORD_DIGITS = 64;

/** `count` hex digits from digit `start` of `data`, which begins with `0x`. */
function digitsAt(data: string, start: number, count: number): string {
  const from = 2 + start;
  if (from + count > data.length) throw new RangeError(`data ends after ${data.length / 2 - 1} bytes`);
  return data.slice(from, from + count);
}

export function hexAt(data: string, start: number, count: number): string {
  return `0x${digitsAt(data, start, count)}`;
}

export function bigintAt(data: string, start: number, count: number): bigint {
  return BigInt(hexAt(data, start, count));
}

/** A value that the contract keeps below 2^53. */
export function numberAt(data: string, start: number, count: number): number {
  const text = hexAt(data, start, count);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large for a number`);
  return number;
}

/** The bytes that the word at `start` points to. */
export function bytesAt(data: string, start: number): string {
  return `0x${bytesDigitsAt(data, start)}`;
}

function bytesDigitsAt(data: string, start: number): string {
  const at = numberAt(data, start, WORD_DIGITS) * 2;
  return digitsAt(data, at + WORD_DIGITS, numberAt(data, at, WORD_DIGITS) * 2);
}

/**
 * Text that the word at `start` points to. The chain takes any bytes for text: what is no UTF-8, and the zero
 * character that databases refuse, become the replacement character.
 */
export function textAt(data: string, start: number): string {
  return Buffer.from(bytesDigitsAt(data, start), 'hex').toString('utf8').replaceAll('\0', '\u{fffd}');
}

/** Where each tuple of `digits` begins in the array that the word at `start` points to. */
export function tuplesAt(data: string, start: number, digits: number): number[] {
  const at = numberAt(data, start, WORD_DIGITS) * 2;
  const length = numberAt(data, at, WORD_DIGITS);
  const first = at + WORD_DIGITS;
  // Before an absurd length is made an array.
  if (2 + first + length * digits > data.length)
    throw new RangeError(`data ends before its ${length} tuples`);
  return Array.from({ length }, (_, index) => first + index * digits);
}

/** Where in the text each record of `digits` begins. */
export function recordsIn(packed: string, digits: number): number[] {
  const length = (packed.length - 2) / digits;
  if (!Number.isInteger(length))
    throw new RangeError(`${packed.length / 2 - 1} bytes are no whole number of records`);
  return Array.from({ length }, (_, index) => 2 + index * digits);
}

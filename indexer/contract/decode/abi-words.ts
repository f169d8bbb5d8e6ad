/** Reads ABI-encoded data from hex text, without turning it into bytes first. Throws RangeError past its end. */

const WORD_DIGITS = 64;

/** The hex digits of word `index` of `data` (with `0x`). */
function wordAt(data: string, index: number): string {
  return digitsAt(data, index * WORD_DIGITS, WORD_DIGITS);
}

/** `count` hex digits from digit `start`. */
export function digitsAt(data: string, start: number, count: number): string {
  const from = 2 + start;
  if (from + count > data.length) throw new RangeError(`data ends after ${data.length / 2 - 1} bytes`);
  return data.slice(from, from + count);
}

/** A word of 32 bytes, as it is. */
export function wordTextAt(data: string, index: number): string {
  return `0x${wordAt(data, index)}`;
}

export function bigintAt(data: string, index: number): bigint {
  return BigInt(`0x${wordAt(data, index)}`);
}

/** A value that the contract keeps below 2^53. */
export function numberAt(data: string, index: number): number {
  return safeNumber(wordAt(data, index));
}

export function safeNumber(digits: string): number {
  const number = Number(`0x${digits}`);
  if (!Number.isSafeInteger(number)) throw new RangeError(`0x${digits} is too large for a number`);
  return number;
}

export function addressAt(data: string, index: number): string {
  return `0x${digitsAt(data, index * WORD_DIGITS + 24, 40)}`;
}

/** The bytes that the offset in word `index` points to, as hex digits. */
export function bytesAt(data: string, index: number): string {
  const start = numberAt(data, index) * 2;
  const length = safeNumber(digitsAt(data, start, WORD_DIGITS));
  return digitsAt(data, start + WORD_DIGITS, length * 2);
}

/** The first word of each tuple of `words` words in the array that the offset in word `index` points to. */
export function tuplesAt(data: string, index: number, words: number): number[] {
  const start = numberAt(data, index) / (WORD_DIGITS / 2);
  const length = numberAt(data, start);
  wordAt(data, start + length * words); // throws before an absurd length is made an array
  return Array.from({ length }, (_, i) => start + 1 + i * words);
}

/**
 * Text that the offset in word `index` points to. The chain takes any bytes for text: what is no UTF-8, and the zero
 * character that databases refuse, become the replacement character.
 */
export function textAt(data: string, index: number): string {
  return Buffer.from(bytesAt(data, index), 'hex').toString('utf8').replaceAll('\0', '\u{fffd}');
}

/** An indexed parameter of 32 bytes, as it is. */
export function topicWord(topic: string): string {
  return `0x${digitsAt(topic, 0, WORD_DIGITS)}`;
}

/** The address in an indexed parameter. */
export function topicAddress(topic: string): string {
  return `0x${digitsAt(topic, 24, 40)}`;
}

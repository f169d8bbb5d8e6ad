/** A number of a JSON text that JavaScript's numbers can't hold as it was written; no schema takes it. */
export class InexactNumber {
  /** As it was written. */
  readonly literal: string;
  constructor(literal: string) {
    this.literal = literal;
  }
}

/** Bytes that claim to be JSON: they have to be UTF-8 (RFC 8259 §8.1); what is not is never patched up with U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return STRICT.decode(bytes);
  } catch {
    return null;
  }
}

/** It drops a byte order mark. */
const STRICT = new TextDecoder('utf-8', { fatal: true });

/** What may be a number of more than 15 digits, or with a point or an exponent. To look at each value takes longer than to parse. */
const MAYBE_INEXACT = /[[:,]\s*-?(?:\d{16}|\d+[.e])/i;

/**
 * An object as JSON writes it. Amounts come as JSON numbers, too, and a number that would be rounded must not become
 * another amount: it is an `InexactNumber` here.
 * @throws {SyntaxError} also where the text is no object
 */
export function parseObject(text: string): object {
  const keepExact = (_key: string, found: unknown, context?: { source?: string }) => {
    const { source } = context ?? {}; // of a number as it was written
    const inexact = typeof found === 'number' && source !== undefined && !isExact(source, found);
    return inexact ? new InexactNumber(source) : found;
  };
  const value: unknown = JSON.parse(
    text.replace(/^\ufeff/, ''),
    MAYBE_INEXACT.test(text) ? keepExact : undefined,
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof InexactNumber)
    throw new SyntaxError('it is no object');
  return value;
}

function isExact(literal: string, value: number): boolean {
  return Number.isFinite(value) && normalized(literal) === normalized(String(value));
}

/** One spelling for all of the same decimal number: its digits without outer zeros, and the power of ten. */
function normalized(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${significant}e${power}`;
}

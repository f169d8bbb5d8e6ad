/** Byte ranges and conditional requests (RFC 9110), as pure functions over header values. */

export interface ByteSpan {
  /** Of the first byte. */
  start: number;
  /** Of the last byte, itself included. */
  end: number;
}

const RANGES = /^bytes\s*=(.*)$/i;
const ONE_RANGE = /^(\d*)\s*-\s*(\d*)$/;
const ENTITY_TAG = /(?:W\/)?"([^"]*)"/g;

/**
 * Which bytes of a body a `Range` header asks for. Of several ranges the first that has bytes of the body is answered, as
 * IPFS gateways do it.
 * @returns `whole` without the header, and where the standard lets a server ignore it: another unit, one that is
 *   malformed. `unsatisfiable` means 416.
 */
export function selectRange(
  header: string | undefined,
  sizeBytes: number,
): ByteSpan | 'whole' | 'unsatisfiable' {
  const texts =
    RANGES.exec(header ?? '')?.[1]
      ?.split(',')
      .map((text) => text.trim()) ?? [];
  const spans = texts.filter((text) => text !== '').map((text) => spanOf(text, sizeBytes));
  if (spans.length === 0 || spans.includes('malformed')) return 'whole';
  return spans.find((span) => typeof span === 'object') ?? 'unsatisfiable';
}

function spanOf(range: string, sizeBytes: number): ByteSpan | 'unsatisfiable' | 'malformed' {
  const [, first = '', last = ''] = ONE_RANGE.exec(range) ?? [];
  if (first === '') return last === '' ? 'malformed' : lastBytes(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return 'malformed';
  return start < sizeBytes ? { start, end } : 'unsatisfiable';
}

/** Whether `If-Range` lets a `Range` count: it names exactly this version, or is not there. */
export function isRangeCurrent(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}

/** Whether `If-None-Match` names what the client would get, so that 304 will do. Weak comparison. */
export function isKnownToClient(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(ENTITY_TAG)].some(
    ([, opaque]) => `"${opaque}"` === etag.replace(/^W\//, ''),
  );
}

/** Whether the client takes an answer only from what is here already (`Cache-Control: only-if-cached`). */
export function isOnlyIfCached(cacheControl: string | undefined): boolean {
  return (cacheControl ?? '')
    .split(',')
    .some((directive) => directive.trim().toLowerCase() === 'only-if-cached');
}

function lastBytes(count: number, sizeBytes: number): ByteSpan | 'unsatisfiable' {
  if (count === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 };
}

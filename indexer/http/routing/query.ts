import { isUtf8 } from 'node:buffer';
import { parse } from 'node:querystring';
import { problem } from '../problems/codes.ts';

/**
 * The fields of a query string, as Express has them parsed: at most 1,000, each a text or a list of them.
 * @param raw ASCII: Node refuses any other byte in a URL.
 * @throws {HttpProblem} 400 `malformed_query`: it is not UTF-8, and what stood there would be guessed at.
 */
export function parseQuery(raw: string | null): Record<string, unknown> {
  if (!raw) return {};
  if (!isUtf8(bytesOf(raw))) throw problem('malformed_query', 'The query string is not UTF-8.');
  return parse(raw);
}

function bytesOf(raw: string): Buffer {
  const decoded = raw.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

/** What a schema is to read: a field that is there and blank, as HTML forms send those left empty, is absent. */
export function filledIn(query: Record<string, unknown>, known: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).filter(([name, value]) => value !== '' || !Object.hasOwn(known, name)),
  );
}

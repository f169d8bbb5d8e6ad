import type { Page, ViewRow } from '../../store/store.ts';
import { ResponseBody } from './response-body.ts';

const HEAD = Buffer.from('{"records":[');
const COMMA = Buffer.from(',');

/**
 * A page of records as JSON.
 * @param page its rows: new ones, and the keys of those that are copied from `before`.
 * @param linkTo the `Link` header that leads on from a cursor.
 */
export function writeRecords(
  { rows, nextCursor }: Page<ViewRow | number>,
  present: (row: ViewRow) => object,
  before: ResponseBody | null,
  linkTo: (cursor: string) => string,
): ResponseBody {
  const known = textsIn(before);
  const parts: Buffer[] = [];
  const keys: number[] = [];
  const spans: number[] = [];
  let at = HEAD.length;
  for (const row of rows) {
    const text = typeof row === 'number' ? known.get(row) : Buffer.from(JSON.stringify(present(row)));
    if (!text) throw new RangeError(`row ${row} is not in the page before`);
    keys.push(typeof row === 'number' ? row : row.key);
    spans.push(at, at + text.length);
    parts.push(text, COMMA);
    at += text.length + COMMA.length;
  }
  parts.pop();
  const tail = Buffer.from(`],"next_cursor":${JSON.stringify(nextCursor)}}`);
  const link = nextCursor === null ? {} : { link: linkTo(nextCursor) };
  return new ResponseBody(Buffer.concat([HEAD, ...parts, tail]), { keys, spans }, link);
}

/** Which rows a page holds. */
export function keysIn(page: ResponseBody): ReadonlySet<number> {
  return new Set(page.rows?.keys);
}

function textsIn(page: ResponseBody | null): Map<number, Buffer> {
  const texts = new Map<number, Buffer>();
  if (!page?.rows) return texts;
  const { keys, spans } = page.rows;
  for (const [nth, key] of keys.entries())
    texts.set(key, page.body.subarray(spans[2 * nth], spans[2 * nth + 1]));
  return texts;
}

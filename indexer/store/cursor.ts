import type { Page } from './model.ts';

/** A page cursor that this store did not hand out. The caller's mistake; not retryable. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
  constructor() {
    super('the cursor is not one that a previous page returned');
  }
}

/**
 * The first `limit` of the rows that were found, and the cursor of the page after them. Ask for one row more than
 * `limit`: that there is one says that there is another page.
 * @param sortOf the sort values of a row
 */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  sortOf: (row: Row) => readonly [number, number],
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last;
  return { rows, nextCursor: more ? encodeCursor(sortOf(last)) : null };
}

/** Packs sort values into opaque, URL-safe text. */
function encodeCursor(position: readonly [number, number]): string {
  return Buffer.from(position.join('.')).toString('base64url');
}

/** @throws {BadCursor} */
export function decodeCursor(cursor: string): [number, number] {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match) throw new BadCursor();
  return [Number(match[1]), Number(match[2])];
}

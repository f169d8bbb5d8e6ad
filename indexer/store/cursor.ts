import { createHash } from 'node:crypto';
import { BaseError } from '../lib/errors.ts';
import type { Page } from './model.ts';

/** A page cursor that this list did not hand out. The caller's mistake; not retryable. */
export class BadCursor extends BaseError {
  constructor() {
    super('the cursor is not one that a previous page of this list returned');
  }
}

/**
 * What a page is of: its name and all that selects its rows. Values that are undefined count as absent.
 */
export type List = readonly [name: string, ...selected: (string | number | bigint | undefined)[]];

/**
 * The first `limit` of the rows that were found, and the cursor of the page after them. Ask for one row more than
 * `limit`: that there is one says that there is another page.
 * @param sortOf the sort values of a row
 */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  list: List,
  sortOf: (row: Row) => readonly [number, number],
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last;
  return { rows, nextCursor: more ? sealCursor(sortOf(last).join('.'), list) : null };
}

/**
 * The place that the cursor names, in whichever of the lists has handed it out.
 * @throws {BadCursor} where none has
 */
export function openAnyCursor<Which extends List>(
  cursor: string,
  lists: readonly Which[],
): { list: Which; place: string } {
  for (const list of lists) if (isOf(cursor, list)) return { list, place: openCursor(cursor, list) };
  throw new BadCursor();
}

/** @throws {BadCursor} also for the cursor of another list */
export function decodeCursor(cursor: string, list: List): [number, number] {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(openCursor(cursor, list));
  if (!match) throw new BadCursor();
  return [Number(match[1]), Number(match[2])];
}

/** Packs a place in a list into opaque, URL-safe text, which no other list takes for one of its own. */
export function sealCursor(place: string, list: List): string {
  return Buffer.from(`${markOf(list)}${place}`, 'latin1').toString('base64url');
}

/** @throws {BadCursor} */
export function openCursor(cursor: string, list: List): string {
  if (!isOf(cursor, list)) throw new BadCursor();
  return textOf(cursor).slice(MARK_CHARS);
}

function isOf(cursor: string, list: List): boolean {
  return textOf(cursor).startsWith(markOf(list));
}

function textOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('latin1');
}

const MARK_CHARS = 8;

function markOf(list: List): string {
  const named = list.map((each) => (each === undefined ? null : String(each)));
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url').slice(0, MARK_CHARS);
}

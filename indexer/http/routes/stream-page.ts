import type { LivePage, LiveStream } from '../../live/live.ts';
import { BadCursor, type List, openCursor, sealCursor } from '../../store/cursor.ts';
import type { Page, StreamPlace } from '../../store/store.ts';

/**
 * One page, oldest registration first, whatever came or went since the page before.
 * @param read the streams of the list
 * @throws {BadCursor}
 */
export async function pageOfStreams<Stream extends StreamPlace = LiveStream>(
  read: (page: LivePage) => Promise<Stream[]>,
  list: List,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Stream>> {
  const after = cursor === undefined ? undefined : placeIn(cursor, list);
  const found = await read({ limit: limit + 1, after });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: last && found.length > limit ? sealCursor(textOf(last), list) : null };
}

function textOf({ registeredAtSec, contract, contentId, provider }: StreamPlace): string {
  return `${registeredAtSec}${contract}${contentId}${provider}`.toLowerCase();
}

const PLACE = /^(\d{1,12}?)(0x[0-9a-f]{40})(0x[0-9a-f]{64})(0x[0-9a-f]{40})$/;

/** @throws {BadCursor} */
function placeIn(cursor: string, list: List): StreamPlace {
  const [, time = '', contract = '', contentId = '', provider = ''] =
    PLACE.exec(openCursor(cursor, list)) ?? [];
  if (time === '') throw new BadCursor();
  return { registeredAtSec: Number(time), contract, contentId, provider };
}

/** The cursor in answers that once had no pages. */
export function laterPage({ nextCursor }: Pick<Page<unknown>, 'nextCursor'>): { next_cursor?: string } {
  return nextCursor === null ? {} : { next_cursor: nextCursor };
}

import { keyOf, type LivePage, type LiveStream, type LiveStreams } from '../../live/live.ts';
import { toLive } from '../../live/records.ts';
import type { StreamHealth } from '../../playback/probes/stream-health.ts';
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
  const after = cursor === undefined ? undefined : placeIn(openCursor(cursor, list));
  const found = await read({ limit: limit + 1, after });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: last && found.length > limit ? sealCursor(textOf(last), list) : null };
}

interface Ranked {
  live: Pick<LiveStreams, 'byCid'>;
  health: Pick<StreamHealth, 'faulty'>;
}

/** Begins the cursors of places among those that come last, before the stream's key; no other place begins so. */
const LAST = '~';

/**
 * One page of who serves a canonical CID: silent streams behind all others, and wrong ones behind those. Who turns silent or wrong
 * between two pages may be on both, or on neither.
 * @throws {BadCursor}
 */
export async function rankedPage(
  { live, health }: Ranked,
  cidKey: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<LiveStream>> {
  const list: List = ['streams of', cidKey];
  const from = cursor === undefined ? '' : openCursor(cursor, list);
  const faulty = (await health.faulty(cidKey)).map(toLive);
  const keys = new Set(faulty.map(keyOf));
  const isLater = from.startsWith(LAST);
  const rows: LiveStream[] = isLater ? [] : await rowsBut(live, keys, { cidKey, limit, from });
  const behind = isLater ? faulty.findIndex((row) => LAST + keyOf(row) === from) + 1 : 0;
  const found = [...rows, ...faulty.slice(behind)];
  const shown = found.slice(0, limit);
  const end = shown.at(-1);
  if (end === undefined || found.length <= limit) return { rows: shown, nextCursor: null };
  return {
    rows: shown,
    nextCursor: sealCursor(keys.has(keyOf(end)) ? LAST + keyOf(end) : textOf(end), list),
  };
}

/** More than the limit, where there are more: all but those with such keys. */
async function rowsBut(
  live: Ranked['live'],
  keys: ReadonlySet<string>,
  { cidKey, limit, from }: { cidKey: string; limit: number; from: string },
): Promise<LiveStream[]> {
  const rows: LiveStream[] = [];
  for (let after = from === '' ? undefined : placeIn(from); rows.length <= limit; ) {
    const read: LiveStream[] = await live.byCid(cidKey, { limit: limit + 1, after });
    rows.push(...read.filter((row) => !keys.has(keyOf(row))));
    if (read.length <= limit) break;
    after = read.at(-1);
  }
  return rows;
}

function textOf({ registeredAtSec, contract, contentId, provider }: StreamPlace): string {
  return `${registeredAtSec}${contract}${contentId}${provider}`.toLowerCase();
}

const PLACE = /^(\d{1,12}?)(0x[0-9a-f]{40})(0x[0-9a-f]{64})(0x[0-9a-f]{40})$/;

/** @throws {BadCursor} */
function placeIn(text: string): StreamPlace {
  const [, time = '', contract = '', contentId = '', provider = ''] = PLACE.exec(text) ?? [];
  if (time === '') throw new BadCursor();
  return { registeredAtSec: Number(time), contract, contentId, provider };
}

/** The cursor in answers that once had no pages. */
export function laterPage({ nextCursor }: Pick<Page<unknown>, 'nextCursor'>): { next_cursor?: string } {
  return nextCursor === null ? {} : { next_cursor: nextCursor };
}

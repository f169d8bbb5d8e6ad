import type { LiveStream } from '../live/live.ts';
import { BadCursor, type List, openCursor, sealCursor } from '../store/cursor.ts';
import type { Page } from '../store/store.ts';

/**
 * One page, oldest registration first, whatever came or went since the page before.
 * @param streams all of the list
 * @throws {BadCursor}
 */
export function pageOfStreams(
  streams: LiveStream[],
  list: List,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<LiveStream> {
  const rest = streamsAfter(streams, cursor === undefined ? '' : positionIn(cursor, list));
  const rows = rest.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: last && rest.length > limit ? sealCursor(positionOf(last), list) : null };
}

/** What comes after a position, whether its stream is still there or not. */
function streamsAfter(streams: LiveStream[], from: string): LiveStream[] {
  const sorted = streams.map((stream) => ({ stream, position: positionOf(stream) }));
  sorted.sort((a, b) => (a.position < b.position ? -1 : 1));
  return sorted.filter(({ position }) => position > from).map(({ stream }) => stream);
}

function positionOf({ registeredAtSec, contract, contentId, provider }: LiveStream): string {
  const order = String(registeredAtSec).padStart(12, '0');
  return `${order}${contract.slice(2)}${contentId.slice(2)}${provider.slice(2)}`.toLowerCase();
}

/** @throws {BadCursor} */
function positionIn(cursor: string, list: List): string {
  const position = openCursor(cursor, list);
  if (!/^\d{12}[0-9a-f]{144}$/.test(position)) throw new BadCursor();
  return position;
}

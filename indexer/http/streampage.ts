import type { LiveStream } from '../live/live.ts';
import { BadCursor } from '../store/cursor.ts';
import type { Page } from '../store/store.ts';

/** One page, oldest registration first, whatever came or went since the page before. @throws {BadCursor} */
export function pageOfStreams(
  streams: LiveStream[],
  limit: number,
  cursor: string | undefined,
): Page<LiveStream> {
  const rest = streamsAfter(streams, cursor);
  const rows = rest.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: last && rest.length > limit ? encodePosition(last) : null };
}

/** What comes after the cursor's stream, whether that stream is still there or not. @throws {BadCursor} */
function streamsAfter(streams: LiveStream[], cursor: string | undefined): LiveStream[] {
  const sorted = streams.map((stream) => ({ stream, position: positionOf(stream) }));
  sorted.sort((a, b) => (a.position < b.position ? -1 : 1));
  const from = cursor === undefined ? '' : decodePosition(cursor);
  return sorted.filter(({ position }) => position > from).map(({ stream }) => stream);
}

function positionOf({ registeredAtSec, contract, contentId, provider }: LiveStream): string {
  const order = String(registeredAtSec).padStart(12, '0');
  return `${order}${contract.slice(2)}${contentId.slice(2)}${provider.slice(2)}`.toLowerCase();
}

function encodePosition(stream: LiveStream): string {
  return Buffer.from(positionOf(stream), 'latin1').toString('base64url');
}

function decodePosition(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{12}[0-9a-f]{144}$/.test(position)) throw new BadCursor();
  return position;
}

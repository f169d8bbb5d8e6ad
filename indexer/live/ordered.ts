import { type LivePage, type LivePlace, type LiveStream, placeOf } from './live.ts';

/** A list of streams in their order, so that a page costs what it holds and not what the list does. */
export function insert(list: LiveStream[], stream: LiveStream): void {
  list.splice(countUpTo(list, stream), 0, stream);
}

export function remove(list: LiveStream[], stream: LiveStream): void {
  const at = countUpTo(list, stream) - 1;
  if (list[at] === stream) list.splice(at, 1);
}

export function pageIn(
  list: readonly LiveStream[] = [],
  { limit, after }: Partial<LivePage> = {},
): LiveStream[] {
  const from = after ? countUpTo(list, after) : 0;
  return list.slice(from, limit === undefined ? undefined : from + limit);
}

/** How many streams of the list stand at the place or before it. */
function countUpTo(list: readonly LiveStream[], place: LivePlace): number {
  const wanted = placeOf(place);
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = list[middle];
    if (found && placeOf(found) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { TakedownState } from './takedowns.ts';

/** How a content stands, for a person. */
export function stateText(cid: string, { takenDown, streams }: TakedownState): string[] {
  if (takenDown === null) {
    const [url] = streams ?? [];
    return [`${cid} is not taken down${url === undefined ? '.' : `, and is served at ${url}.`}`];
  }
  const { at, by, reason } = takenDown;
  const because = reason === null ? '.' : `: ${reason}`;
  return [`${cid} is taken down, since ${at} by ${by}${because}`, ...streamsText(streams)];
}

function streamsText(streams: string[] | null): string[] {
  if (streams === null) return ['  No host runs: where it was served, that ends once one is started.'];
  return streams.map((url) => `  Its stream ${url} could not be ended yet: the host tries again.`);
}

import { createStoredValue } from '../../lib/store.ts';

/** One of the sizes that a video has. */
export interface Rendition {
  /** Its place in the player's list. */
  index: number;
  height: number;
}

/** Whichever the line allows: hls.js' own word for it. */
export const AUTOMATIC = -1;

/** The height that a person has chosen, for all videos; 0: as the line allows. */
export const chosenHeight = createStoredValue('quality', 0);

/** The rendition for a chosen height: the largest that is no higher, else the smallest. */
export function renditionFor(renditions: readonly Rendition[], height: number): number {
  if (height === 0) return AUTOMATIC;
  const largestFirst = renditions.toSorted((one, other) => other.height - one.height);
  const fitting = largestFirst.find((each) => each.height <= height) ?? largestFirst.at(-1);
  return fitting?.index ?? AUTOMATIC;
}

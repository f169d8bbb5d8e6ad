import { createStoredValue } from '../../lib/store.ts';

/** How fast a video may play; 1 as it was made. */
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The speed that a person has chosen, for all videos. */
export const chosenSpeed = createStoredValue<number>('speed', 1);

/** Whatever is stored, one of the speeds. */
export function speedIn(stored: unknown): number {
  return SPEEDS.find((speed) => speed === stored) ?? 1;
}

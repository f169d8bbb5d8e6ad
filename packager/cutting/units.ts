export const UNIT_SEC = 60;
/** A last unit shorter than this belongs to the one before: nobody shall pay for a farewell. */
export const MIN_LAST_UNIT_SEC = 15;

export interface Span {
  startUs: number;
  endUs: number;
}

/**
 * The unit of each segment: numbered over the minutes in which a segment starts. Segments are held back until their unit
 * is long enough to be one even if it were the last.
 */
export async function* inUnits<S extends Span>(
  segments: AsyncIterable<S>,
): AsyncGenerator<{ unit: number; segment: S }> {
  let unit = -1;
  let slot = -1;
  let unitStartUs = 0;
  let held: S[] = [];
  for await (const segment of segments) {
    const slotOfSegment = Math.floor(segment.startUs / (UNIT_SEC * 1e6));
    if (slotOfSegment > slot) {
      yield* numbered(held, unit);
      held = [];
      unit += 1;
      slot = slotOfSegment;
      unitStartUs = segment.startUs;
    }
    held.push(segment);
    if (segment.endUs - unitStartUs >= MIN_LAST_UNIT_SEC * 1e6) {
      yield* numbered(held, unit);
      held = [];
    }
  }
  yield* numbered(held, Math.max(0, unit - 1));
}

function numbered<S>(segments: readonly S[], unit: number): { unit: number; segment: S }[] {
  return segments.map((segment) => ({ unit, segment }));
}

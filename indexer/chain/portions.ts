import type { SourceBlock } from './blocks.ts';

/** About 8,000 items of bills, each of which becomes several rows: what is projected and written without a pause. */
const MOST_DIGITS = 100_000;

/**
 * The blocks in portions of whole blocks, by how much their logs say and not by how many there are: a single log can
 * hold a bill of 17,000 items.
 */
export function* portionsOf(blocks: readonly SourceBlock[]): Generator<readonly SourceBlock[]> {
  let start = 0;
  let digits = 0;
  for (const [index, { logs }] of blocks.entries()) {
    const more = logs.reduce((sum, { data }) => sum + data.length, 0);
    if (digits + more > MOST_DIGITS && index > start) {
      yield blocks.slice(start, index);
      [start, digits] = [index, 0];
    }
    digits += more;
  }
  if (start < blocks.length) yield blocks.slice(start);
}

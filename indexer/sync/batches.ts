import { type DecodedBlock, decodeBlock } from './block-projector.ts';
import type { SourceBlock } from './header.ts';

/** Views and other rows that are projected and written without a pause. */
const MAX_ROWS = 8_000;

/**
 * The blocks, decoded, in batches of whole blocks, by how many rows they make and not by how many there are: a single
 * log can hold a voucher of 17,000 items.
 */
export function* batchesOf(blocks: Iterable<SourceBlock>, maxRows = MAX_ROWS): Generator<DecodedBlock[]> {
  let batch: DecodedBlock[] = [];
  let rows = 0;
  for (const block of blocks) {
    const decoded = decodeBlock(block);
    const more = rowsOf(decoded);
    if (rows + more > maxRows && batch.length > 0) {
      yield batch;
      [batch, rows] = [[], 0];
    }
    batch.push(decoded);
    rows += more;
  }
  if (batch.length > 0) yield batch;
}

function rowsOf({ events }: DecodedBlock): number {
  return events.reduce((sum, { event }) => {
    if (event.name === 'VoucherClaimed') return sum + event.items.length;
    return sum + (event.name === 'ViewsSponsored' ? event.views.length : 1);
  }, 0);
}

import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { type DifferingTable, differingTables } from '../../../indexer/store/sqlite/mirror/compare.ts';
import { batchesOf } from '../../../indexer/sync/batches.ts';
import { createBlockProjector } from '../../../indexer/sync/block-projector.ts';
import type { SourceBlock } from '../../../indexer/sync/header.ts';
import type { KnownCoins } from '../../../indexer/tokens/known-coins.ts';

/**
 * Makes records anew from blocks that are proven, and compares them row by row.
 * @param records of this version, in use by nobody
 * @param made where the new ones are written
 * @param blocks all that hold events, in order, and the last of the records
 */
export async function differingRows(
  records: string,
  made: string,
  blocks: readonly SourceBlock[],
  coins: KnownCoins,
): Promise<DifferingTable[]> {
  const store = openSqliteStore({ path: made });
  try {
    await store.setKnownCoins([...coins.keys()]);
    const project = createBlockProjector(store, (token) => coins.has(token));
    for (const batch of batchesOf(blocks))
      await store.commitBlocks(await project(batch), { undoable: false });
  } finally {
    await store.close();
  }
  return differingTables(records, made);
}

import { NotUndoable } from '../store/errors.ts';
import type { BlockRef } from '../store/rows.ts';
import type { ChainRecords } from '../store/store.ts';
import { ReorgTooDeep } from './errors.ts';
import type { LogSource } from './log-source.ts';

/**
 * The last block that the stored chain and the endpoint's chain share, below `cursor`. Looks 1, 2, 4, … blocks back
 * and then halves the gap, so that a deep reorganisation takes few requests.
 * @throws {ReorgTooDeep} when even the oldest stored header differs.
 */
export async function commonAncestor(
  source: Pick<LogSource, 'headerAt'>,
  store: Pick<ChainRecords, 'headerAt'>,
  cursor: BlockRef,
): Promise<BlockRef> {
  let differs = cursor.number;
  let shared: BlockRef | null = null;
  for (let step = 1; shared === null; step *= 2) {
    const stored = await oldestFrom(store, cursor.number - step, differs);
    if (stored === null) throw new ReorgTooDeep({ cursor, oldestKnown: differs });
    if (await isShared(source, stored)) shared = stored;
    else differs = stored.number;
  }
  while (differs - shared.number > 1) {
    const middle = await store.headerAt(Math.floor((shared.number + differs) / 2));
    if (middle === null) break;
    if (await isShared(source, middle)) shared = middle;
    else differs = middle.number;
  }
  return shared;
}

/** The header of block `from`, or the oldest one stored above it, if that lies below `differs`. */
async function oldestFrom(store: Pick<ChainRecords, 'headerAt'>, from: number, differs: number) {
  for (let number = Math.max(from, 0); number < differs; number++) {
    const header = await store.headerAt(number);
    if (header) return header;
  }
  return null;
}

async function isShared(source: Pick<LogSource, 'headerAt'>, stored: BlockRef): Promise<boolean> {
  return (await source.headerAt(stored.number))?.hash === stored.hash;
}

/** Back to block `number`, or to an empty store where that is too far to be undone. */
export async function rewind(
  store: Pick<ChainRecords, 'rollbackTo' | 'clearChain'>,
  number: number,
): Promise<void> {
  try {
    await store.rollbackTo(number);
  } catch (error) {
    if (!(error instanceof NotUndoable)) throw error;
    await store.clearChain();
  }
}

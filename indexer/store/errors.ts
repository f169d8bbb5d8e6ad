import { errorWith } from '../lib/errors.ts';
import type { BlockRef } from './rows.ts';

/** Blocks that don't follow what is stored: a reorganisation that was not rolled back first, or a bug. */
export class BlocksOutOfOrder extends errorWith<{ stored: BlockRef; offered: BlockRef }>(
  ({ stored, offered }) =>
    `block ${offered.number} (${offered.hash}) does not follow block ${stored.number} (${stored.hash})`,
) {}

/** The rows above this block were stored as final: there is nothing to restore them from. */
export class NotUndoable extends errorWith<{ number: number }>(
  ({ number }) => `the state as of block ${number} can't be restored: it is older than the stored headers`,
) {}

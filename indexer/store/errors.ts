import { BaseError } from '../lib/errors.ts';
import type { BlockRef } from './rows.ts';

/** Blocks that don't follow what is stored: a reorganisation that was not rolled back first, or a bug. */
export class BlocksOutOfOrder extends BaseError {
  readonly stored: BlockRef;
  readonly offered: BlockRef;
  constructor(stored: BlockRef, offered: BlockRef) {
    super(
      `block ${offered.number} (${offered.hash}) does not follow block ${stored.number} (${stored.hash})`,
    );
    this.stored = stored;
    this.offered = offered;
  }
}

/** The rows above this block were stored as final: there is nothing to restore them from. */
export class NotUndoable extends BaseError {
  readonly number: number;
  constructor(number: number) {
    super(`the state as of block ${number} can't be restored: it is older than the stored headers`);
    this.number = number;
  }
}

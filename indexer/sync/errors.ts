import { BaseError, RetryableError } from '../lib/errors.ts';
import type { BlockRef } from '../store/rows.ts';

interface Identity {
  chainId: number;
  genesisHash: string;
}

/** The records belong to another chain than the one the endpoint serves. */
export class WrongChain extends BaseError {
  readonly stored: Identity;
  readonly served: Identity;
  constructor(stored: Identity, served: Identity) {
    super(
      `The records are of chain ${stored.chainId} (genesis ${stored.genesisHash}), but the endpoint serves chain ` +
        `${served.chainId} (genesis ${served.genesisHash}). Name the right endpoint in ETH_RPC_URL, or start with ` +
        'another, empty DATA_DIR.',
    );
    this.stored = stored;
    this.served = served;
  }
}

/** The chain differs from the records further back than can be undone. */
export class ReorgTooDeep extends BaseError {
  readonly cursor: BlockRef;
  readonly oldestKnown: number;
  constructor(cursor: BlockRef, oldestKnown: number) {
    super(
      `The endpoint's chain differs from the records of blocks ${oldestKnown} to ${cursor.number}, all that can be ` +
        'undone. Either the endpoint follows another fork: name another one in ETH_RPC_URL. Or the chain was replaced: ' +
        'start with another, empty DATA_DIR.',
    );
    this.cursor = cursor;
    this.oldestKnown = oldestKnown;
  }
}

/** `waitFor` gave up. */
export class NotIndexedInTime extends RetryableError {
  readonly block: number;
  constructor(block: number, indexed: number | null, timeoutMs: number) {
    super(`block ${block} is not indexed within ${timeoutMs} ms (indexed: ${indexed ?? 'nothing yet'})`);
    this.block = block;
  }
}

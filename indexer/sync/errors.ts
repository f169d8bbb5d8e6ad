import { errorWith } from '../lib/errors.ts';
import type { BlockRef } from '../store/rows.ts';

interface Identity {
  chainId: number;
  genesisHash: string;
}

/** The records belong to another chain than the one the endpoint serves. */
export class WrongChain extends errorWith<{ stored: Identity; served: Identity }>(
  ({ stored, served }) =>
    `The records are of chain ${stored.chainId} (genesis ${stored.genesisHash}), but the endpoint serves chain ` +
    `${served.chainId} (genesis ${served.genesisHash}). Name the right endpoint in ETH_RPC_URL, or start with ` +
    'another, empty DATA_DIR.',
) {}

/** The chain differs from the records further back than can be undone. */
export class ReorgTooDeep extends errorWith<{ cursor: BlockRef; oldestKnown: number }>(
  ({ cursor, oldestKnown }) =>
    `The endpoint's chain differs from the records of blocks ${oldestKnown} to ${cursor.number}, all that can be ` +
    'undone. Either the endpoint follows another fork: name another one in ETH_RPC_URL. Or the chain was replaced: ' +
    'start with another, empty DATA_DIR.',
) {}

/** `waitFor` gave up. */
export class NotIndexedInTime extends errorWith<{ block: number }>() {
  override readonly retryable = true;
  constructor(block: number, indexed: number | null, timeoutMs: number) {
    super(`block ${block} is not indexed within ${timeoutMs} ms (indexed: ${indexed ?? 'nothing yet'})`, {
      block,
    });
  }
}

import { TRANSACTION_GAS_CAP } from './types.ts';

/** How much one transaction may hold. */
export interface BatchLimits {
  maxGas: bigint;
  /** Of the transaction's calldata. */
  maxBytes: number;
}

/** Nodes refuse to pool transactions above 128 KiB; this leaves room for the envelope. */
const MAX_CALLDATA_BYTES = 120_000;

/**
 * @param blockGasLimit of the chain's head. A batch takes half a block at most, so that it finds a place soon.
 * @param gasCap what the operator allows for one transaction.
 */
export function batchLimits(blockGasLimit: bigint, gasCap: bigint = TRANSACTION_GAS_CAP): BatchLimits {
  const share = blockGasLimit / 2n;
  return { maxGas: share < gasCap ? share : gasCap, maxBytes: MAX_CALLDATA_BYTES };
}

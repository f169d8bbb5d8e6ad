import type { FeeData, Transaction, TransactionRequest } from 'ethers';

export interface Fees {
  gasPrice?: bigint | null;
  maxFeePerGas?: bigint | null;
  maxPriorityFeePerGas?: bigint | null;
}

/**
 * Fees with which a transaction can take the place of one with `old` fees: an eighth more (nodes want a tenth),
 * and no less than what the network asks now.
 */
export function raisedFees(old: Fees, now: FeeData): Fees {
  if (old.maxFeePerGas == null) return { gasPrice: atLeast(old.gasPrice, now.gasPrice) };
  return {
    maxFeePerGas: atLeast(old.maxFeePerGas, now.maxFeePerGas),
    maxPriorityFeePerGas: atLeast(old.maxPriorityFeePerGas, now.maxPriorityFeePerGas),
  };
}

/**
 * The same call, under the same nonce, that can take the old one's place: nodes want a tenth more before they swap it,
 * with blobs twice every fee.
 */
export function dearer(old: Transaction, now: FeeData): TransactionRequest {
  const { to, data, value, nonce, gasLimit, blobs } = old;
  const call = { to, data, value, nonce, gasLimit };
  if (blobs === null) return { ...call, ...raisedFees(old, now) };
  return {
    ...call,
    type: old.type,
    blobWrapperVersion: old.blobWrapperVersion,
    blobs,
    maxFeePerBlobGas: twice(old.maxFeePerBlobGas, null),
    maxFeePerGas: twice(old.maxFeePerGas, now.maxFeePerGas),
    maxPriorityFeePerGas: twice(old.maxPriorityFeePerGas, now.maxPriorityFeePerGas),
  };
}

function atLeast(old: bigint | null | undefined, now: bigint | null): bigint {
  const raised = ((old ?? 0n) * 9n) / 8n + 1n;
  return now !== null && now > raised ? now : raised;
}

function twice(old: bigint | null, now: bigint | null): bigint {
  const raised = (old ?? 0n) * 2n + 1n;
  return now !== null && now > raised ? now : raised;
}

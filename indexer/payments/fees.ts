import type { FeeData } from 'ethers';

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

function atLeast(old: bigint | null | undefined, now: bigint | null): bigint {
  const raised = ((old ?? 0n) * 9n) / 8n + 1n;
  return now !== null && now > raised ? now : raised;
}

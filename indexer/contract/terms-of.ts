import { isError } from 'ethers';
import type { StreamHost } from '../../types/ethers-contracts/StreamHost.ts';
import { unitOf } from '../lib/unit.ts';
import type { Terms } from '../store/store.ts';
import type { TermsInForce } from './effective-terms.ts';

/** Terms in the contract: those that a payment must meet now, and what is announced. */
export interface ContractTerms extends TermsInForce {
  /** All zero where nothing is announced, or what was is in force. */
  scheduled: Terms & { effectiveAtSec: number; retires: boolean };
}

type Result = Awaited<ReturnType<StreamHost['termsOf']>>;

/** The terms of a content at the chain's head; `null` where the contract does not know it. */
export async function termsOf(host: StreamHost, contentId: string): Promise<ContractTerms | null> {
  try {
    return readTerms(await host.termsOf(contentId));
  } catch (error) {
    if (isError(error, 'CALL_EXCEPTION') && error.revert?.name === 'ContentUnknown') return null;
    throw error;
  }
}

/** @param result what ethers makes of the contract's answer to `termsOf`. */
export function readTerms(result: Result): ContractTerms {
  const { retired, scheduled } = result;
  const { effectiveAtSec, retires } = scheduled;
  return {
    ...{ ...plainTerms(result), retired },
    scheduled: { ...plainTerms(scheduled), effectiveAtSec: Number(effectiveAtSec), retires },
  };
}

function plainTerms({ pricePerUnit, providerShareBps, unit }: Result | Result['scheduled']): Terms {
  return { pricePerUnit, providerShareBps: Number(providerShareBps), unit: unitOf(unit) };
}

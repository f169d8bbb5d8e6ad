import { AbiCoder, keccak256 } from 'ethers';

/** What names one view: who watched what, from whom, when. */
export interface ViewIdentity {
  contentId: string;
  viewer: string;
  provider: string;
  viewTimeSec: number;
}

/**
 * The name of a view that is recorded off chain, computed as the contract does it, so that a payment found on
 * chain shows which report it pays even when the database was lost.
 * @returns 32 bytes in hex, lower case.
 */
export function viewRef(view: ViewIdentity): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'address', 'uint64'],
      [view.contentId, view.viewer, view.provider, view.viewTimeSec],
    ),
  );
}

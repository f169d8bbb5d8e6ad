/** The records that the contract packs into `bytes`: the Solidity type of each part, in order. */

const VIEW = {
  viewer: 'address',
  provider: 'address',
  units: 'uint32',
  viewTimeSec: 'uint40',
  counter: 'uint32',
} as const;

export const PACKED_LAYOUTS = {
  /** In the calldata of `sponsorViews`. */
  PackedView: VIEW,
  /** In the log of the same call. */
  SponsoredView: { ...VIEW, ref: 'bytes32', creatorAmount: 'uint104', providerAmount: 'uint104' },
  /** Of a voucher; `index` points into the contents of its `ClaimBatch`. */
  ClaimedItem: { index: 'uint16', units: 'uint32' },
} as const;

export type PackedRecord = keyof typeof PACKED_LAYOUTS;

/** Which records a `bytes` parameter of an event holds. */
export const PACKED_PARAMETERS: Readonly<Record<string, PackedRecord>> = {
  'ViewsSponsored.views': 'SponsoredView',
  'VoucherClaimed.items': 'ClaimedItem',
};

/** Why a voucher was not paid: the contract's `RejectReason`, by its number. */
export const REJECT_REASONS = [
  'none',
  'signer_unknown',
  'epoch_invalid',
  'seq_used',
  'content_unknown',
  'other_token',
  'price_too_low',
  'units_zero',
  'deposit_too_low',
  'content_free',
] as const;

export type RejectReason = (typeof REJECT_REASONS)[number];

import { getAddress } from 'ethers';
import { KeyDiffers } from '../../playback/keys/unit-keys.ts';
import { SaleRefused, VoucherInvalid, type VoucherPart } from '../../playback/sale/errors.ts';
import type { Refusal } from '../../playback/sale/judge.ts';
import { type Code, problem } from '../problems/codes.ts';
import { shownVoucher } from '../schemas/play/vouchers.ts';
import { howToPay, RETRY_BEHIND_SEC } from './how-to-pay.ts';
import { mapping } from './mapping.ts';

const FIELDS: Record<VoucherPart, string> = {
  contract: 'contract',
  channelId: 'voucher.channelId',
  epoch: 'voucher.epoch',
  items: 'voucher.items',
  signature: 'signature',
};
const REFUSED: Record<Refusal['reason'], Code> = {
  unpaid: 'payment_required',
  retired: 'content_retired',
  mirror_behind: 'mirror_behind',
  elsewhere: 'streams_elsewhere',
  deposit_unconfirmed: 'deposit_unconfirmed',
  deposit_too_low: 'deposit_too_low',
  withdrawal_pending: 'withdrawal_pending',
  price_changed: 'price_changed',
  conflict: 'voucher_conflict',
  public: 'voucher_conflict',
};

/** What keeps a voucher from opening what was asked for. */
export const SALE_ERRORS = [
  mapping(VoucherInvalid, ({ message, part, right }) => {
    const example = part === 'contract' && typeof right === 'string' ? getAddress(right) : right;
    return problem('voucher_invalid', message, { field: FIELDS[part], example });
  }),
  mapping(SaleRefused, ({ message, refusal, contentId, offers, due }, context) => {
    const code = REFUSED[refusal.reason];
    const isForSale = code !== 'voucher_conflict' && code !== 'streams_elsewhere';
    const headers = !isForSale ? {} : howToPay(offers, { error: code, due }, context);
    return problem(code, message, { field: 'voucher', extra: extraOf(refusal, contentId), headers });
  }),
  mapping(KeyDiffers, ({ message, cause }) => problem('internal_error', message, { cause })),
];

function extraOf(refusal: Refusal, contentId: string): Record<string, unknown> {
  if (refusal.reason === 'mirror_behind') return { retry_after_sec: RETRY_BEHIND_SEC };
  if (refusal.reason === 'price_changed') return { content_id: refusal.contentId, next_seq: refusal.nextSeq };
  if (refusal.reason === 'unpaid' && refusal.nextSeq !== undefined) return { next_seq: refusal.nextSeq };
  if (refusal.reason === 'public') return { next_seq: refusal.nextSeq };
  if (refusal.reason !== 'conflict') return {};
  const { stored, nextSeq, credit } = refusal;
  return {
    voucher: stored && shownVoucher(stored),
    // One that was rebuilt from the chain has none.
    signature: stored?.signature || null,
    next_seq: nextSeq,
    credit: { [contentId]: String(credit) },
  };
}

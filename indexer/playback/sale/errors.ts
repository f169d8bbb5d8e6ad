import { errorWith } from '../../lib/errors.ts';
import { StreamsElsewhere } from '../errors.ts';
import type { KeyOffer } from '../keys/key-offers.ts';
import type { Refusal } from './judge.ts';

/** Which part of what is shown keeps a voucher from being taken, whatever it promises. */
export type VoucherPart = 'contract' | 'channelId' | 'epoch' | 'items' | 'signature';

/** It is no voucher of a channel towards this provider, or not signed by that one's key. */
export class VoucherInvalid extends errorWith<{
  part: VoucherPart;
  /** What it would have to be, where that can be said. */
  right?: string | number | undefined;
}>() {}

/** The voucher is good, and units are not opened for it. */
export class SaleRefused extends errorWith<{
  refusal: Refusal;
  /** Of the offer that was asked for. */
  contentId: string;
  /** So many units of it would have to be bought. */
  due: number;
  offers: readonly KeyOffer[];
}>() {}

const WORDS: Record<Refusal['reason'], string> = {
  unpaid: 'The vouchers of this channel do not pay for these units yet: sign one that does.',
  retired: 'The content is not sold any more; what was paid stays open.',
  mirror_behind: 'The records lag too far behind the chain to sell anything new; what is open stays open.',
  elsewhere: new StreamsElsewhere().message,
  deposit_unconfirmed: 'The deposit is not final yet, and more than a few units are not sold before it is.',
  deposit_too_low: 'The channel does not hold what its vouchers promise together: add to its deposit.',
  withdrawal_pending: 'The viewer has asked for the deposit back: nothing new is sold for it.',
  price_changed:
    'The price has changed: sign the new one, under the next number; where that is another one, in a voucher that begins empty.',
  public:
    'The chain has shown this voucher to everybody: sign one under the next number, an empty one will do.',
  conflict:
    'Another voucher of this channel stands here: join both, or begin an empty one, under the next number.',
};

export function refused(
  refusal: Refusal,
  of: Pick<SaleRefused, 'contentId' | 'due' | 'offers'>,
): SaleRefused {
  return new SaleRefused(WORDS[refusal.reason], { refusal, ...of });
}

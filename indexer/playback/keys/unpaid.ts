import { PlayRefused } from '../errors.ts';
import type { OwnOffer } from '../offers.ts';

/** How to pay for units of what is sold by keys, where that is possible still. */
export function unpaidUnits(offers: readonly OwnOffer[]): PlayRefused {
  if (offers.every(({ terms }) => terms.retired)) {
    const why = 'The video is not sold any more; what was paid stays open.';
    return new PlayRefused(why, { reason: 'retired', offers });
  }
  return new PlayRefused('The video is sold, and this payer has not opened it.', {
    reason: 'unpaid',
    offers,
  });
}

import { expect } from 'chai';
import { type DeadlineFacts, deadlineOf } from '../../../../indexer/playback/claiming/deadline.ts';
import type { ContentRow } from '../../../../indexer/store/store.ts';
import { NOON, stored } from './samples.ts';

const DELAY = 86_400;
const PRICE = 1_000n;
const IN_TWO_DAYS = NOON + 2 * 86_400;
const STAYS: DeadlineFacts = {
  channel: { withdrawableAtSec: null },
  contentOf: () => ({ providerShareBps: 3_000, scheduled: null }),
  withdrawDelaySec: DELAY,
};

describe('deadlineOf()', () => {
  const voucher = stored({ items: [{ contentId: '0xa', units: 3, unitPrice: PRICE }] });
  const scheduled = (
    terms: Partial<NonNullable<ContentRow['scheduled']>['terms']> | null,
    effectiveAtSec = IN_TWO_DAYS,
  ) => ({
    ...STAYS,
    contentOf: () => ({
      providerShareBps: 3_000,
      scheduled: {
        effectiveAtSec,
        terms: terms && { pricePerUnit: PRICE, providerShareBps: 3_000, unit: 'view' as const, ...terms },
      },
    }),
  });

  it('is none where nothing threatens the voucher', () => {
    expect(deadlineOf(voucher, STAYS)).to.equal(null);
    expect(deadlineOf(voucher, { ...STAYS, contentOf: () => null })).to.equal(null);
  });

  it('of a withdrawal: due at once, since nothing more is sold', () => {
    const channel = { withdrawableAtSec: NOON + 500 };
    expect(deadlineOf(voucher, { ...STAYS, channel })).to.deep.equal({
      ...{ atSec: NOON + 500, dueSec: 0, why: 'withdrawal' },
    });
  });

  it('of a higher price: one delay after it is in force, due half a delay before', () => {
    expect(deadlineOf(voucher, scheduled({ pricePerUnit: PRICE + 1n }))).to.deep.equal({
      ...{ atSec: IN_TWO_DAYS + DELAY, dueSec: IN_TWO_DAYS + DELAY / 2, why: 'price' },
    });
  });

  it('of a content that becomes free, whose vouchers nobody pays then', () => {
    expect(deadlineOf(voucher, scheduled({ pricePerUnit: 0n }))).to.include({ why: 'price' });
  });

  it('of the price that is signed, not the one in force: what was signed at the new one waits', () => {
    const atNew = stored({ items: [{ contentId: '0xa', units: 1, unitPrice: 2n * PRICE }] });
    expect(deadlineOf(atNew, scheduled({ pricePerUnit: 2n * PRICE }))).to.equal(null);
  });

  it('is none for a lower price, a larger share or a retirement', () => {
    expect(deadlineOf(voucher, scheduled({ pricePerUnit: PRICE - 1n }))).to.equal(null);
    expect(deadlineOf(voucher, scheduled({ providerShareBps: 3_001 }))).to.equal(null);
    expect(deadlineOf(voucher, scheduled(null))).to.equal(null);
  });

  it('of a smaller share: when it is in force, due shortly before', () => {
    expect(deadlineOf(voucher, scheduled({ providerShareBps: 2_999 }))).to.deep.equal({
      ...{ atSec: IN_TWO_DAYS, dueSec: IN_TWO_DAYS - DELAY / 24, why: 'share' },
    });
  });

  it('leaves to the new share what is opened when the claim is due: no unit is claimed alone', () => {
    const late = stored({ ...voucher, openedAtSec: IN_TWO_DAYS - DELAY / 24 + 1 });
    expect(deadlineOf(late, scheduled({ providerShareBps: 2_999 }))).to.equal(null);
  });

  it('is the one that is due first', () => {
    const channel = { withdrawableAtSec: IN_TWO_DAYS + 9 * DELAY };
    const both = scheduled({ pricePerUnit: 2n * PRICE, providerShareBps: 1_000 });
    expect(deadlineOf(voucher, both)).to.include({ why: 'share' });
    expect(deadlineOf(voucher, { ...both, channel })).to.include({ why: 'withdrawal' });
  });
});

import { expect } from 'chai';
import { offerIn } from '../../client/seller/offer.ts';

const contract = `0x${'Cc'.repeat(20)}`;
const provider = `0x${'Dd'.repeat(20)}`;
const token = `0x${'0'.repeat(40)}`;
const contentId = `0x${'ab'.repeat(32)}`;
const AGREED = { chainId: 31337, contract: contract.toLowerCase(), provider, token, contentId };
const EXTRA = {
  contract,
  provider,
  contentId,
  creator: token,
  unit: 'minute',
  due: '1',
  unitPrice: '1000',
  capUnits: 30,
};
const ACCEPTED = {
  scheme: 'streamhost-channel',
  network: 'eip155:31337',
  asset: token,
  payTo: contract,
  amount: '1000',
  extra: EXTRA,
};

const headerOf = (accepts: unknown, more = {}) =>
  btoa(JSON.stringify({ x402Version: 2, error: 'payment_required', resource: {}, accepts, ...more }));

describe('the offer in a PAYMENT-REQUIRED', () => {
  it('is the one of the listing, by channel', () => {
    const direct = { ...ACCEPTED, scheme: 'streamhost-direct' };
    const other = { ...ACCEPTED, extra: { ...EXTRA, contentId: `0x${'cd'.repeat(32)}`, unitPrice: '1' } };
    const offer = offerIn(headerOf([direct, other, null, 'x', ACCEPTED]), AGREED);
    expect(offer).to.deep.include({ unit: 'minute', due: 1n, unitPrice: 1000n, capUnits: 30 });
  });

  it('is none where anything else is asked for than the listing says', () => {
    const stranger = `0x${'99'.repeat(20)}`;
    const others = [
      [{ ...ACCEPTED, scheme: 'exact' }],
      [{ ...ACCEPTED, network: 'eip155:1' }],
      [{ ...ACCEPTED, asset: stranger }],
      [{ ...ACCEPTED, payTo: stranger }],
      [{ ...ACCEPTED, payTo: stranger, extra: { ...EXTRA, contract: stranger } }],
      [{ ...ACCEPTED, extra: { ...EXTRA, provider: stranger } }],
      [{ ...ACCEPTED, extra: { ...EXTRA, unit: 'second' } }],
      [{ ...ACCEPTED, extra: { ...EXTRA, unitPrice: '-1' } }],
      [{ ...ACCEPTED, extra: { ...EXTRA, due: '1e3' } }],
      [{ ...ACCEPTED, extra: null }],
      [],
      {},
    ].map((accepts) => headerOf(accepts));
    const broken = [
      null,
      '',
      'nothing',
      btoa('nothing'),
      headerOf([ACCEPTED], { x402Version: 1 }),
      'a'.repeat(20_000),
    ];
    for (const header of [...others, ...broken]) {
      expect(() => offerIn(header, AGREED), String(header))
        .to.throw()
        .with.property('code', 'offer_differs');
    }
  });
});

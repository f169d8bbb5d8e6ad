import { expect } from 'chai';
import { toDecimalText } from '../../../indexer/lib/money.ts';
import { PriceUnfit } from '../../../indexer/publishing/errors.ts';
import { type Coin, MAX_PRICE_PER_UNIT, priceInBaseUnits } from '../../../indexer/publishing/price.ts';

const ETH: Coin = { address: `0x${'0'.repeat(40)}`, symbol: 'ETH', verified: true, decimals: 18 };
const USDC: Coin = { address: `0x${'1'.repeat(40)}`, symbol: 'USDC', verified: true, decimals: 6 };
const WHOLE: Coin = { address: `0x${'2'.repeat(40)}`, symbol: 'WHOLE', verified: true, decimals: 0 };
const MUTE: Coin = { address: `0x${'3'.repeat(40)}`, symbol: '0x33…33', verified: true, decimals: null };

describe('priceInBaseUnits()', () => {
  const refusals: [price: string | number, coin: Coin, reason: PriceUnfit['reason']][] = [
    ['0.0000001', USDC, 'decimals'],
    [1e-7, USDC, 'decimals'],
    ['0.5', WHOLE, 'decimals'],
    [toDecimalText(MAX_PRICE_PER_UNIT + 1n, 18), ETH, 'too_large'],
    [toDecimalText(MAX_PRICE_PER_UNIT + 1n, 6), USDC, 'too_large'],
    ['1', MUTE, 'token'],
  ];
  for (const [price, coin, reason] of refusals) {
    it(`refuses ${price} ${coin.symbol}: ${reason}`, () => {
      expect(() => priceInBaseUnits(price, coin))
        .to.throw(PriceUnfit)
        .with.property('reason', reason);
    });
  }

  it('is exact up to the most that the contract holds', () => {
    expect(priceInBaseUnits(0.001, ETH)).to.equal(10n ** 15n);
    expect(priceInBaseUnits('0.000001', USDC)).to.equal(1n);
    expect(priceInBaseUnits(3, WHOLE)).to.equal(3n);
    expect(priceInBaseUnits(toDecimalText(MAX_PRICE_PER_UNIT, 18), ETH)).to.equal(MAX_PRICE_PER_UNIT);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { toBaseUnits, toDecimalText } from '../../../indexer/lib/money.ts';

describe('money', () => {
  for (const bad of [
    '',
    '-1',
    '+1',
    '1e3',
    '.5',
    '1.',
    '0x1',
    ' 1',
    '1,5',
    'NaN',
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
  ]) {
    it(`refuses ${JSON.stringify(bad)} (${typeof bad})`, () => {
      expect(toBaseUnits(bad, 18)).to.equal(null);
    });
  }

  it('refuses more places than the coin has, but not trailing zeros', () => {
    expect(toBaseUnits('0.0000001', 6)).to.equal(null);
    expect(toBaseUnits('0.1000000', 6)).to.equal(100_000n);
  });

  it('reads numbers by their shortest spelling, exponents included', () => {
    expect(toBaseUnits(0.001, 18)).to.equal(10n ** 15n);
    expect(toBaseUnits(1e-7, 18)).to.equal(10n ** 11n);
    expect(toBaseUnits(1.5e-7, 18)).to.equal(15n * 10n ** 10n);
    expect(toBaseUnits(1e21, 18)).to.equal(10n ** 39n);
    expect(toBaseUnits(1.25e21, 0)).to.equal(125n * 10n ** 19n);
  });

  it('gives back every amount it prints', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 128n }),
        fc.integer({ min: 0, max: 24 }),
        (amount, decimals) => {
          expect(toBaseUnits(toDecimalText(amount, decimals), decimals)).to.equal(amount);
        },
      ),
    );
  });

  it('prints the shortest text', () => {
    expect(toDecimalText(10n ** 15n, 18)).to.equal('0.001');
    expect(toDecimalText(10n ** 18n, 18)).to.equal('1');
    expect(toDecimalText(-1n, 2)).to.equal('-0.01');
  });
});

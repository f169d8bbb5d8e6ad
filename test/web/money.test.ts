import { expect } from 'chai';
import fc from 'fast-check';
import { splitRoundingProviderDown, toDecimalText } from '../../indexer/lib/money.ts';
import { split, toBaseUnits, toDecimal } from '../../web/src/contract/money.ts';

const amounts = fc.bigInt({ min: 0n, max: 2n ** 80n });

describe("the page's amounts", () => {
  const readings: [text: string, units: bigint | undefined][] = [
    ['0.001', 1_000_000_000_000_000n],
    ['1', 10n ** 18n],
    ['1.', 10n ** 18n],
    ['.5', 5n * 10n ** 17n],
    ['0,5', 5n * 10n ** 17n],
    [' 2 ', 2n * 10n ** 18n],
    ['0.0000000000000000010', 1n],
    ['0.0000000000000000001', undefined],
    ['', undefined],
    ['.', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1.2.3', undefined],
    ['half', undefined],
  ];
  for (const [text, units] of readings) {
    it(`reads "${text}" as ${units === undefined ? 'no amount' : `${units} base units`}`, () => {
      expect(toBaseUnits(text)).to.equal(units);
    });
  }

  it('writes what the host writes, and reads it back', () => {
    const decimals = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(amounts, decimals, (amount, places) => {
        expect(toDecimal(amount, places)).to.equal(toDecimalText(amount, places));
        expect(toBaseUnits(toDecimal(amount, places), places)).to.equal(amount);
      }),
    );
  });

  it('shows the split that the contract makes', () => {
    const shares = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(amounts, shares, (amount, share) => {
        const { creatorAmount, providerAmount } = splitRoundingProviderDown(amount, share);
        expect(split(amount, share)).to.deep.equal({ creator: creatorAmount, provider: providerAmount });
      }),
    );
  });
});

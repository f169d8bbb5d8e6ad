import { globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Unit } from '../../web/src/api/answers.ts';
import { amountText, isFree, priceText } from '../../web/src/components/amount.ts';
import { howPaid } from '../../web/src/components/how-paid.ts';
import { type ViewPayment, validPayments } from '../../web/src/pages/watch/good-for.ts';
import { OTHER, VIEWER } from '../indexer/http/samples.ts';

const ETH = { token_symbol: 'ETH', token_verified: true };
const UNKNOWN = { token_symbol: '0x1234…abcd', token_verified: false };

describe('an amount', () => {
  it('has the name of its coin beside it, and what nobody has verified is called so', () => {
    expect(amountText('0.001', ETH)).to.equal('0.001 ETH');
    expect(amountText('5', UNKNOWN)).to.equal('5 0x1234…abcd (unverified)');
    expect(priceText({ price: '5', ...UNKNOWN })).to.equal('5 0x1234…abcd (unverified)');
  });

  it('gets it in one place: no view writes a symbol by itself', () => {
    const writers = globSync('web/src/**/*.{ts,tsx}').filter((path) =>
      readFileSync(path, 'utf8').includes('token_symbol'),
    );
    // The last makes what the form calls a coin of it.
    const places = [
      'web/src/api/answers.ts',
      'web/src/components/amount.ts',
      'web/src/publish/fields/coin.ts',
    ];
    expect(writers).to.have.members(places);
  });

  it('of nothing is a free listing', () => {
    expect(priceText({ price: '0', ...ETH })).to.equal('Free');
    expect(['0', '0.0'].map((price) => isFree({ price }))).to.deep.equal([true, true]);
    expect(['0.001', '10', '1'].map((price) => isFree({ price }))).to.deep.equal([false, false, false]);
  });
});

describe('how a view was paid', () => {
  it('names who has paid in place of the viewer, and that the viewer has not signed', () => {
    expect(howPaid({ source: 'direct', sponsor: null, attributed: false })).to.equal('paid');
    expect(howPaid({ source: 'sponsored', sponsor: OTHER, attributed: true })).to.equal(
      `sponsored by ${OTHER.slice(0, 6)}…${OTHER.slice(-4)}; the viewer has not signed it`,
    );
  });
});

describe('what is paid', () => {
  const paid = { amount: '3', units: 3, provider: OTHER, txHash: null, at: '2023-07-31T12:00:00Z' };
  const later = (hours: number) => Date.parse(paid.at) + hours * 3_600_000;
  const isGood = (unit: Unit, hours: number) => validPayments([paid], unit, later(hours)).size === 1;

  it('is good for a day, and by the day for as many as were paid', () => {
    expect(isGood('view', 23)).to.equal(true);
    expect(isGood('view', 25)).to.equal(false);
    expect(isGood('minute', 25)).to.equal(false);
    expect(isGood('day', 71)).to.equal(true);
    expect(isGood('day', 73)).to.equal(false);
  });

  it('is paid to one provider; days add up, a second view begins its own day', () => {
    const again = { ...paid, units: 1, at: '2023-08-01T06:00:00Z' };
    const elsewhere = { ...paid, provider: VIEWER };
    const untilMs = (unit: Unit) =>
      validPayments([again, paid, elsewhere], unit, later(20)).get(OTHER.toLowerCase())?.untilMs;
    expect(untilMs('view')).to.equal(later(18 + 24));
    expect(untilMs('day')).to.equal(later(4 * 24));
    expect(validPayments([again, elsewhere], 'view', later(25)).size).to.equal(1);
  });

  it('opens a gate only if the wallet has paid itself', () => {
    const direct = (...payments: ViewPayment[]) =>
      validPayments(payments, 'view', later(1)).get(OTHER.toLowerCase())?.direct;
    expect(direct({ ...paid, direct: false })).to.equal(false);
    expect(direct({ ...paid, direct: true }, { ...paid, direct: false })).to.equal(true);
  });
});

import { expect } from 'chai';
import { CONTENT_ID, NOON } from '../../store/samples.ts';
import { type Ask, DAY, item, OTHER, PRICE, useJudge } from './judging.ts';

describe('judgeSale()', () => {
  const { ask, outcome, stored, close } = useJudge();

  describe('minutes', () => {
    it('opens a minute for a unit, and keeps the voucher', async () => {
      expect(await outcome({})).to.deep.equal({ units: [0], due: 1, credit: 0 });
      expect(await stored()).to.deep.equal([[0, 'open', 1]]);
    });

    it('opens it again for nothing, also for a voucher that has grown or is none of the newest', async () => {
      await ask({ items: [item(2)], units: [0, 1] });
      expect(await outcome({ items: [item(2)], units: [1, 0] })).to.deep.equal({
        units: [1, 0],
        due: 0,
        credit: 0,
      });
      expect(await outcome({ items: [item(1)] })).to.deep.include({ due: 0 });
      expect(await stored()).to.deep.equal([[0, 'open', 2]]);
      expect(await outcome({ items: [item(3)] })).to.deep.equal({ units: [0], due: 0, credit: 1 });
      expect(await stored()).to.deep.equal([[0, 'open', 3]]);
    });

    it('opens none of several where they are not all paid, and keeps nothing', async () => {
      expect(await outcome({ units: [0, 1] })).to.equal('unpaid');
      expect(await stored()).to.deep.equal([]);
      expect(await outcome({ units: [0] })).to.deep.include({ due: 1 });
    });

    it('charges a minute again once its 24 hours are over, and not a second before', async () => {
      await ask({});
      expect(await outcome({ nowSec: NOON + DAY - 1 })).to.deep.include({ due: 0 });
      expect(await outcome({ nowSec: NOON + DAY })).to.equal('unpaid');
      expect(await outcome({ nowSec: NOON + DAY, items: [item(2)] })).to.deep.include({ due: 1 });
    });

    it('keeps what is paid and not opened as credit', async () => {
      expect(await outcome({ items: [item(3)] })).to.deep.include({ credit: 2 });
      expect(await outcome({ items: [item(1)], units: [5, 6] })).to.deep.equal({
        units: [5, 6],
        due: 2,
        credit: 0,
      });
    });

    it('charges a unit that is named twice once', async () => {
      expect(await outcome({ units: [3, 3] })).to.deep.include({ due: 1 });
    });

    it('charges many at a time once each', async () => {
      const asked = Array.from({ length: 12 }, (_, at) => outcome({ items: [item(4)], units: [at % 4] }));
      const due = (await Promise.all(asked)).map((one) => (typeof one === 'string' ? one : one.due));
      expect(due).to.deep.equal([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    });
  });

  describe('a view, and a day', () => {
    for (const unit of ['view', 'day'] as const) {
      it(`opens everything for 24 hours, for one unit: ${unit}`, async () => {
        const verdict = await ask({ terms: { unit }, units: [0, 7] });
        const untilSec = NOON + DAY;
        expect(verdict).to.have.nested.property('opened.due', 1);
        expect(verdict).to.have.deep.nested.property('opened.units', [
          { unit: 0, untilSec },
          { unit: 7, untilSec },
        ]);
        expect(await outcome({ terms: { unit }, units: [3], nowSec: untilSec - 1 })).to.deep.include({
          due: 0,
        });
        expect(await outcome({ terms: { unit }, units: [3], nowSec: untilSec })).to.equal('unpaid');
      });
    }
  });

  describe('the cap', () => {
    const terms = { capUnits: 2 };

    it('opens the rest for nothing for who has bought so many within 24 hours', async () => {
      expect(await outcome({ terms, items: [item(2)], units: [0, 1, 2, 3] })).to.deep.equal({
        ...{ units: [0, 1, 2, 3], due: 2, credit: 0 },
      });
      expect(await outcome({ terms, items: [item(2)], units: [9] })).to.deep.include({ due: 0 });
    });

    it('ends with the oldest of these openings', async () => {
      await ask({ terms, units: [0] });
      await ask({ terms, items: [item(2)], units: [1], nowSec: NOON + 60 });
      const items = [item(2)];
      const verdict = await ask({ terms, items, units: [9], nowSec: NOON + 61 });
      expect(verdict).to.have.deep.nested.property('opened.units', [{ unit: 9, untilSec: NOON + DAY }]);
      expect(await outcome({ terms, items, units: [9], nowSec: NOON + DAY })).to.equal('unpaid');
    });
  });

  describe('the price', () => {
    const at = (unitPrice: bigint, more: Ask = {}): Ask => ({
      items: [item(1, CONTENT_ID, unitPrice)],
      ...more,
    });

    it('has to be one at which it is sold now', async () => {
      for (const unitPrice of [PRICE - 1n, PRICE + 1n, 0n])
        expect(await outcome(at(unitPrice))).to.equal('price_changed');
      expect(await outcome(at(9n, { pricesOf: () => [PRICE, 9n] }))).to.deep.include({ due: 1 });
    });

    it('has to be so of all that is new, whatever is asked for, and of nothing that was signed before', async () => {
      const pricesOf = (contentId: string) => [contentId === CONTENT_ID ? PRICE : 7n];
      expect(await outcome({ pricesOf, items: [item(1), item(1, OTHER)] })).to.equal('price_changed');
      expect(await outcome({ items: [item(1), item(1, OTHER)] })).to.deep.include({ due: 1 });
      expect(await outcome({ pricesOf, items: [item(2), item(1, OTHER)], units: [1] })).to.deep.include({
        due: 1,
      });
      expect(await outcome({ pricesOf, items: [item(3), item(2, OTHER)], units: [2] })).to.equal(
        'price_changed',
      );
    });

    it('that has changed seals the voucher: the next one names the new price', async () => {
      await ask({});
      const pricesOf = () => [20n];
      const terms = { pricePerUnit: 20n };
      const { refusal } = (await ask({ pricesOf, terms, items: [item(2)], units: [1] })) as {
        refusal: object;
      };
      expect(refusal).to.deep.equal({
        reason: 'price_changed',
        contentId: CONTENT_ID,
        nextSeq: 1,
        seals: true,
      });
      expect(await stored()).to.deep.equal([[0, 'sealed', 1]]);
      expect(await outcome({ pricesOf, terms, items: [item(1)], units: [0] })).to.deep.include({ due: 0 });
      expect(await outcome(at(20n, { pricesOf, terms, seq: 1, units: [1] }))).to.deep.include({ due: 1 });
    });

    it('that is wrong for what is new seals nothing: it is signed again under the same number', async () => {
      await ask({});
      const pricesOf = (contentId: string) => [contentId === CONTENT_ID ? PRICE : 7n];
      for (let turn = 0; turn < 3; turn += 1) {
        const items = [item(1), item(1, OTHER, 8n)];
        const { refusal } = (await ask({ pricesOf, items, units: [1] })) as { refusal: object };
        expect(refusal).to.deep.equal({
          ...{ reason: 'price_changed', contentId: OTHER, nextSeq: 0, seals: false },
        });
      }
      expect(await stored()).to.deep.equal([[0, 'open', 1]]);
      const items = [item(2), item(1, OTHER, 7n)];
      expect(await outcome({ pricesOf, items, units: [1] })).to.deep.include({ due: 1 });
      expect(await stored()).to.deep.equal([[0, 'open', 2, 1]]);
    });

    it('that has gone out seals the voucher also where another one is wrong', async () => {
      await ask({});
      const items = [item(1, OTHER, 8n), item(2)];
      const { refusal } = (await ask({ pricesOf: () => [20n], items, units: [1] })) as { refusal: object };
      expect(refusal).to.deep.include({ contentId: CONTENT_ID, nextSeq: 1, seals: true });
      expect(await stored()).to.deep.equal([[0, 'sealed', 1]]);
    });

    it('begins the next voucher also where the one before was not asked for at the old price again', async () => {
      await ask({});
      const pricesOf = () => [20n];
      expect(await outcome(at(20n, { pricesOf, units: [1] }))).to.equal('conflict');
      expect(await outcome(at(20n, { pricesOf, seq: 1, units: [1] }))).to.deep.include({ due: 1 });
    });
  });

  describe('the deposit', () => {
    it('covers all that was promised and not claimed', async () => {
      const of = (total: number) => [item(1), item(total - 1, OTHER)];
      expect(await outcome({ items: of(101) })).to.equal('deposit_too_low');
      await ask({ items: of(60) });
      await close(0, 'sealed');
      expect(await outcome({ seq: 1, items: of(41), units: [99] })).to.equal('deposit_too_low');
      expect(await outcome({ seq: 1, items: of(40), units: [99] })).to.deep.include({ due: 1 });
      const funds = { nextSeq: 1, deposit: 400n, confirmed: 400n };
      const more = (total: number) => [item(2), item(total - 2, OTHER)];
      expect(await outcome({ seq: 1, items: more(42), units: [98], funds })).to.equal('deposit_too_low');
      const later = { nextSeq: 1, deposit: 420n, confirmed: 420n };
      expect(await outcome({ seq: 1, items: more(42), units: [98], funds: later })).to.deep.include({
        due: 1,
      });
    });

    it('that is not final buys a few units, and never more than a tenth of it', async () => {
      const of = (units: number, total: number) => [item(units), item(total - units, OTHER)];
      const funds = { confirmed: 0n };
      expect(await outcome({ funds, items: of(1, 6) })).to.equal('deposit_unconfirmed');
      expect(await outcome({ funds, items: of(1, 5) })).to.deep.include({ due: 1 });
      const more = { funds, unconfirmedUnits: 99, units: [2] };
      expect(await outcome({ ...more, items: of(2, 11) })).to.equal('deposit_unconfirmed');
      expect(await outcome({ ...more, items: of(2, 10) })).to.deep.include({ due: 1 });
      expect(await outcome({ items: of(3, 11), units: [3] })).to.deep.include({ due: 1 });
    });

    it('opens what is paid already where a voucher asks for more than it covers, and keeps the one before', async () => {
      await ask({ items: [item(2)] });
      expect(await outcome({ items: [item(101)], units: [1] })).to.deep.include({ due: 1, credit: 0 });
      expect(await stored()).to.deep.equal([[0, 'open', 2]]);
      expect(await outcome({ items: [item(101)], units: [2] })).to.equal('deposit_too_low');
    });

    it('that a reorganisation has taken opens nothing more, not even what is paid', async () => {
      await ask({ items: [item(3)] });
      const funds = { deposit: 0n, confirmed: 0n };
      expect(await outcome({ funds, items: [item(3)], units: [1] })).to.equal('deposit_too_low');
      expect(await outcome({ funds, items: [item(3)], units: [0] })).to.deep.include({ due: 0 });
    });

    it('that is asked back buys nothing new; what is paid is opened', async () => {
      await ask({ items: [item(2)] });
      const funds = { isWithdrawing: true };
      expect(await outcome({ funds, items: [item(3)], units: [1, 2] })).to.equal('withdrawal_pending');
      expect(await outcome({ funds, items: [item(2)], units: [1] })).to.deep.include({ due: 1 });
    });
  });

  it('sells nothing new of what is retired; what is paid is opened', async () => {
    await ask({ items: [item(2)] });
    const terms = { retired: true };
    expect(await outcome({ terms, items: [item(3)], units: [1, 2] })).to.equal('retired');
    expect(await outcome({ terms, items: [item(2)], units: [1, 0] })).to.deep.include({ due: 1 });
  });

  it('sells nothing while another host sells for the provider, paid before or not', async () => {
    await ask({ items: [item(3)] });
    expect(await outcome({ halt: 'elsewhere', items: [item(3)], units: [1] })).to.equal('elsewhere');
    expect(await outcome({ halt: 'elsewhere', items: [item(4)], units: [1] })).to.equal('elsewhere');
    expect(await outcome({ halt: 'elsewhere', items: [item(4)], units: [0] })).to.deep.include({ due: 0 });
    expect(await stored()).to.deep.equal([[0, 'open', 3]]);
  });

  it('sells nothing by records that are too old, and serves what is open', async () => {
    await ask({});
    expect(await outcome({ halt: 'mirror_behind', items: [item(2)], units: [1] })).to.equal('mirror_behind');
    expect(await outcome({ halt: 'mirror_behind', items: [item(2)], units: [0] })).to.deep.include({
      due: 0,
    });
    expect(await stored()).to.deep.equal([[0, 'open', 1]]);
  });
});

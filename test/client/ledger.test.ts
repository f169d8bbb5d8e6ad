import { expect } from 'chai';
import fc from 'fast-check';
import {
  awaitedOf,
  claimedUpTo,
  emptyLedger,
  grown,
  type Item,
  joined,
  type Ledger,
  movedTo,
  served,
  spentOf,
  tallyOf,
  totalOf,
  unclaimedOf,
  writtenOff,
} from '../../client/money/ledger.ts';

const [A, B] = [`0x${'a'.repeat(64)}`, `0x${'b'.repeat(64)}`];
const PRICE = 5n;
const PENDING = { cid: 'a cid', url: 'https://seller.example.org/play/a', unit: 0, keyHash: 'a hash' };
const NO_LIMIT = { channel: 10n ** 30n, content: null };

const grow = (
  ledger: Ledger,
  contentId = A,
  { unit = 0, unitPrice = PRICE, limits = NO_LIMIT as Limits } = {},
) => grown(ledger, { contentId, unitPrice, pending: { ...PENDING, unit } }, limits);
type Limits = { channel: bigint; content: bigint | null };
const bought = (ledger: Ledger, contentId = A, units = 1) => {
  let result = ledger;
  for (let nth = 0; nth < units; nth += 1) result = served(grow(result, contentId), contentId);
  return result;
};
const itemsOf = ({ seq, items }: Ledger) => ({ seq, units: items.map(({ units }) => units) });

describe('the ledger of a channel', () => {
  it('counts apart what is signed for and has not come', () => {
    const ledger = grow(bought(emptyLedger(1, 0), B, 2), A, { unitPrice: 7n });
    expect([spentOf(ledger), awaitedOf(ledger, 0)]).to.deep.equal([2n * PRICE + 7n, 7n]);
    expect(awaitedOf(served(ledger, A), 0)).to.equal(0n);
    const ended = movedTo(ledger, 1);
    expect(awaitedOf(ended, 0), 'a number that has ended can be claimed yet').to.equal(7n);
    expect(awaitedOf(claimedUpTo(ended, 1), 1)).to.equal(0n);
  });

  it('grows by one unit at a time, one item for each content', () => {
    const ledger = bought(bought(bought(emptyLedger(1, 0)), B), A);
    expect(ledger.items.map(({ contentId, units }) => [contentId, units])).to.deep.equal([
      [A, 2n],
      [B, 1n],
    ]);
    expect(spentOf(ledger)).to.equal(15n);
  });

  it('signs nothing more while what is paid has not come', () => {
    const paid = grow(emptyLedger(1, 0), A, { unit: 7 });
    expect(tallyOf(paid, A).pending).to.deep.equal({ ...PENDING, unit: 7, seq: 0, unitPrice: PRICE });
    for (const contentId of [A, B]) {
      expect(() => grow(paid, contentId))
        .to.throw('not give')
        .with.property('code', 'not_served');
    }
    expect(itemsOf(grow(served(paid, A))).units).to.deep.equal([2n]);
  });

  it('spends no more than the limits, of the channel and of the content', () => {
    const ledger = bought(emptyLedger(1, 0), A, 3);
    const over = (limits: Limits) => () => grow(ledger, A, { limits });
    expect(over({ channel: 19n, content: null }))
      .to.throw()
      .with.property('code', 'limit_reached');
    expect(over({ channel: 20n, content: 19n }))
      .to.throw()
      .with.property('code', 'limit_reached');
    expect(over({ channel: 20n, content: 20n })).not.to.throw();
    expect(() => grow(ledger, B, { limits: { channel: 20n, content: 5n } })).not.to.throw();
  });

  it('begins an empty voucher at another price and at the 33rd content, and counts what it leaves', () => {
    const dearer = grow(bought(emptyLedger(1, 4), A, 2), A, { unitPrice: 6n });
    expect(itemsOf(dearer)).to.deep.equal({ seq: 5, units: [1n] });
    expect(dearer.earlier).to.deep.equal([{ seq: 4, total: 10n }]);
    expect(spentOf(dearer)).to.equal(16n);

    let many = emptyLedger(1, 0);
    for (let nth = 0; nth < 33; nth += 1) many = bought(many, `content ${nth}`);
    expect(itemsOf(many)).to.deep.equal({ seq: 1, units: [1n] });
    expect(itemsOf(bought(many, 'content 0'))).to.deep.equal({ seq: 1, units: [1n, 1n] });
  });

  it('leaves of the deposit what no voucher can take that is not claimed yet', () => {
    const ledger = bought(served(grow(bought(emptyLedger(1, 0), A, 2), B, { unitPrice: 7n }), B), A);
    const later = grow(ledger, B, { unitPrice: 8n });
    expect(unclaimedOf(later, 0)).to.equal(30n);
    expect(unclaimedOf(claimedUpTo(later, 1), 1)).to.equal(8n);
    expect(unclaimedOf(claimedUpTo(later, 2), 2)).to.equal(0n);
    expect(spentOf(claimedUpTo(later, 2))).to.equal(30n);
  });

  describe('joined with what the seller holds', () => {
    const item = (contentId: string, units: bigint, unitPrice = PRICE): Item => ({
      contentId,
      units,
      unitPrice,
    });

    it('takes the greater of each item under the same number', () => {
      const mine = bought(bought(emptyLedger(1, 3), A, 2), B, 5);
      const both = joined(mine, { seq: 3, items: [item(A, 4n), item(B, 1n)] }, 3);
      expect(itemsOf(both)).to.deep.equal({ seq: 3, units: [4n, 5n] });
      expect(spentOf(both)).to.equal(45n);
      expect(itemsOf(grow(both)).units).to.deep.equal([5n, 5n]);
    });

    it('goes on from a later voucher that this device has forgotten', () => {
      const both = joined(bought(emptyLedger(1, 0), A, 2), { seq: 2, items: [item(A, 3n)] }, 2);
      expect(itemsOf(both)).to.deep.equal({ seq: 2, units: [3n] });
      expect(both.earlier).to.deep.equal([{ seq: 0, total: 10n }]);
      expect(spentOf(both)).to.equal(25n);
    });

    it('begins anew where the number has ended', () => {
      const both = joined(bought(emptyLedger(1, 0), A, 2), { seq: 0, items: [item(A, 2n)] }, 1);
      expect(itemsOf(both)).to.deep.equal({ seq: 1, units: [] });
      expect(itemsOf(joined(bought(emptyLedger(1, 0)), null, 9))).to.deep.equal({ seq: 9, units: [] });
    });

    it('signs one unit again that came too late for its number, and not another one', () => {
      const paid = joined(grow(bought(emptyLedger(1, 0), A, 2)), { seq: 0, items: [item(A, 2n)] }, 1);
      expect(() => grow(paid))
        .to.throw()
        .with.property('code', 'not_served');
      const refused = writtenOff(paid);
      expect(spentOf(refused)).to.equal(15n);
      const again = grow(refused);
      expect(itemsOf(again)).to.deep.equal({ seq: 1, units: [1n] });
      // Under its own number it may come yet.
      expect(writtenOff(again)).to.equal(again);
      expect(() => writtenOff(movedTo(again, 2)))
        .to.throw('not clear')
        .with.property('code', 'voucher_conflict');
      expect(itemsOf(grow(served(movedTo(again, 2), A)))).to.deep.equal({ seq: 2, units: [1n] });
    });

    it('signs the first unit of a content again under the same number, where that is taken at another price', () => {
      const paid = grow(bought(emptyLedger(1, 3), A, 2), B);
      expect(writtenOff(paid, 4)).to.equal(paid);
      const refused = writtenOff(paid, 3);
      expect(itemsOf(refused)).to.deep.equal({ seq: 3, units: [2n] });
      expect(spentOf(refused)).to.equal(15n);
      const again = grow(refused, B);
      expect(itemsOf(again)).to.deep.equal({ seq: 3, units: [2n, 1n] });
      expect(() => writtenOff(again, 3)).to.throw('not clear');
      // What was taken under this number before is not signed again under it.
      const more = grow(bought(emptyLedger(1, 3), A, 2));
      expect(writtenOff(more, 3)).to.equal(more);
    });

    it('goes nowhere where the seller shows nothing new', () => {
      const mine = bought(emptyLedger(1, 5), A, 2);
      expect(() => joined(mine, null, 5))
        .to.throw()
        .with.property('code', 'voucher_conflict');
      expect(() => joined(mine, { seq: 4, items: [item(A, 9n)] }, 5))
        .to.throw()
        .with.property('code', 'voucher_conflict');
    });
  });

  /** What a seller does to a client, in any order. */
  const acts = fc.array(
    fc.record({
      act: fc.constantFrom('grow', 'serve', 'end', 'refuse', 'forget', 'claim'),
      contentId: fc.constantFrom(A, B),
      unitPrice: fc.constantFrom(5n, 6n),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('has signed for no more than came, one unit and one that a number took along', () => {
    fc.assert(
      fc.property(acts, (all) => {
        let ledger = emptyLedger(1, 0);
        /** All that the key has ever signed, by number, as a seller could claim it. */
        const signed = new Map<number, readonly Item[]>();
        const came = new Map<string, bigint>();
        for (const { act, contentId, unitPrice } of all) {
          const before = ledger;
          try {
            ledger = after(act, ledger, { contentId, unitPrice });
          } catch (error) {
            expect(error)
              .to.have.property('code')
              .that.is.oneOf(['not_served', 'voucher_conflict', 'limit_reached']);
          }
          if (ledger.items.length > 0) signed.set(ledger.seq, ledger.items);
          if (act === 'serve')
            came.set(
              contentId,
              (came.get(contentId) ?? 0n) +
                tallyOf(before, contentId).signed -
                tallyOf(before, contentId).opened,
            );
        }
        const claimable = [...signed.values()].flat();
        expect(claimable.reduce((sum, { units, unitPrice }) => sum + units * unitPrice, 0n) <= 100n).to.equal(
          true,
        );
        const lost = [A, B].map((contentId) => unitsOf(claimable, contentId) - (came.get(contentId) ?? 0n));
        expect(
          lost.every((units) => units <= 2n),
          String(lost),
        ).to.equal(true);
        expect(lost.reduce((sum, units) => sum + units, 0n) <= 3n, String(lost)).to.equal(true);
        expect(spentOf(ledger)).to.equal(totalOf(claimable));
      }),
    );
  });
});

function after(act: string, ledger: Ledger, { contentId, unitPrice }: Omit<Item, 'units'>): Ledger {
  const limits = { channel: 100n, content: null };
  if (act === 'grow') return grown(ledger, { contentId, unitPrice, pending: PENDING }, limits);
  if (act === 'serve') return served(ledger, contentId);
  if (act === 'end') return movedTo(ledger, ledger.seq + 1);
  if (act === 'refuse') return writtenOff(movedTo(ledger, ledger.seq + 1));
  if (act === 'claim') return claimedUpTo(ledger, ledger.seq);
  return joined(ledger, { seq: ledger.seq, items: ledger.items }, ledger.seq);
}

function unitsOf(items: readonly Item[], contentId: string): bigint {
  return items.reduce((sum, item) => sum + (item.contentId === contentId ? item.units : 0n), 0n);
}

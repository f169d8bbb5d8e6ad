import { expect } from 'chai';
import { CONTENT_ID, hash } from '../../store/samples.ts';
import { item, OTHER, useJudge } from './judging.ts';

describe('judgeSale(), of vouchers', () => {
  const { ask, outcome, stored, close } = useJudge();

  describe('which voucher stands', () => {
    it('is the one that promises all that the other does', async () => {
      await ask({ items: [item(1), item(1, OTHER)] });
      expect(await outcome({ items: [item(1, OTHER), item(2)], units: [1] })).to.deep.include({ due: 1 });
      expect(await stored()).to.deep.equal([[0, 'open', 1, 2]]);
    });

    it('is neither where each promises more of something: a conflict, with what stands and the number', async () => {
      await ask({ items: [item(2), item(1, OTHER)], units: [0, 1] });
      const { refusal } = (await ask({ items: [item(3)], units: [2] })) as { refusal: object };
      expect(refusal).to.deep.include({ reason: 'conflict', nextSeq: 0, credit: 0 });
      expect(refusal).to.have.nested.property('stored.seq', 0);
      expect(await outcome({ items: [item(3), item(1, OTHER)], units: [2] })).to.deep.include({ due: 1 });
    });

    it('tells who shows less than was signed, and needs more, what stands', async () => {
      await ask({ items: [item(2)], units: [0, 1] });
      expect(await outcome({ items: [item(1)], units: [2] })).to.equal('conflict');
      expect(await outcome({ items: [item(2)], units: [2] })).to.equal('unpaid');
    });

    it('serves what is open for any of them, and keeps none that conflicts', async () => {
      await ask({ items: [item(2), item(1, OTHER)], units: [0, 1] });
      expect(await outcome({ items: [item(3)], units: [1] })).to.deep.include({ due: 0 });
      expect(await stored()).to.deep.equal([[0, 'open', 2, 1]]);
    });

    it('begins the next one empty when one is sealed', async () => {
      await ask({ items: [item(3)], units: [0] });
      await close(0, 'sealed');
      const { refusal } = (await ask({ items: [item(4)], units: [1, 2, 3] })) as { refusal: object };
      expect(refusal).to.deep.include({ reason: 'conflict', nextSeq: 1, credit: 2 });
      expect(await outcome({ seq: 1, items: [item(1)], units: [1, 2, 3] })).to.deep.include({
        due: 3,
        credit: 0,
      });
      expect(await stored()).to.deep.equal([
        [0, 'sealed', 3],
        [1, 'open', 1],
      ]);
    });

    it('tells who shows one that was sealed, and needs more, which number is next: it would sign twice', async () => {
      await ask({ items: [item(2)], units: [0, 1] });
      expect(await ask({ items: [item(2)], units: [2] })).to.deep.include({ refusal: { reason: 'unpaid' } });
      await close(0, 'sealed');
      const refusal = { reason: 'unpaid', nextSeq: 1 };
      expect(await ask({ items: [item(2)], units: [2] })).to.deep.include({ refusal });
      expect(await outcome({ items: [item(2)], units: [1] })).to.deep.include({ due: 0 });
    });

    it('takes no other number beside an open one', async () => {
      await ask({});
      for (const seq of [1, 9]) expect(await outcome({ seq, units: [1] })).to.equal('conflict');
    });

    it('takes a number that was left free above, and none below what was claimed', async () => {
      expect(await outcome({ seq: 4, funds: { nextSeq: 5 } })).to.equal('public');
      expect(await outcome({ seq: 7, funds: { nextSeq: 5 } })).to.deep.include({ due: 1 });
    });

    it('ends with the claim of its number, or a later one', async () => {
      await ask({ items: [item(2)], units: [0] });
      const funds = { nextSeq: 1 };
      expect(await outcome({ funds, items: [item(3)], units: [1, 2] })).to.equal('public');
      expect(await outcome({ funds, seq: 1, units: [1, 2] })).to.deep.include({ due: 2 });
      expect(await stored()).to.deep.equal([
        [0, 'sealed', 2],
        [1, 'open', 1],
      ]);
    });

    it('lists 32 contents at most: then the next number may begin, and it may still grow', async () => {
      const full = [item(1), ...Array.from({ length: 31 }, (_, at) => item(1, hash(at)))];
      await ask({ items: full });
      const grown = full.map((one) => (one.contentId === CONTENT_ID ? item(2) : one));
      expect(await outcome({ items: grown, units: [1] })).to.deep.include({ due: 1 });
      expect(await outcome({ seq: 1, units: [2] })).to.deep.include({ due: 1 });
      expect((await stored()).map(([seq, state]) => [seq, state])).to.deep.equal([
        [0, 'sealed'],
        [1, 'open'],
      ]);
    });
  });

  describe('a voucher that was sent to the chain, where everybody reads it', () => {
    for (const state of ['claiming', 'claimed', 'rejected'] as const) {
      it(`opens nothing, and tells the next number alone: ${state}`, async () => {
        await ask({ items: [item(2)], units: [0] });
        await close(0, state);
        for (const units of [[0], [1], [2]]) {
          const { refusal } = (await ask({ items: [item(2)], units })) as { refusal: object };
          expect(refusal).to.deep.equal({ reason: 'public', nextSeq: 1 });
        }
        expect(await outcome({ items: [item(1)], units: [0] })).to.equal('public');
      });
    }

    it('proves nothing either when its claim was undone', async () => {
      await ask({ items: [item(2)], units: [0] });
      await close(0, 'claiming');
      await close(0, 'sealed');
      expect(await outcome({ items: [item(2)], units: [0] })).to.equal('public');
    });

    it('proves nothing where the chain has a later number, whatever the book knows', async () => {
      expect(await outcome({ seq: 4, funds: { nextSeq: 5 } })).to.equal('public');
    });

    it('is told no stored voucher, also where it shows less than the one that stands', async () => {
      await ask({ items: [item(2)], units: [0] });
      await close(0, 'claimed');
      await ask({ seq: 1, units: [1, 2] });
      const { refusal } = (await ask({ items: [item(1)], units: [5] })) as { refusal: object };
      expect(refusal).to.deep.equal({ reason: 'public', nextSeq: 1 });
    });
  });

  describe('a voucher that lists nothing', () => {
    it('opens what is open, and what is paid, and is not kept', async () => {
      await ask({ items: [item(2)], units: [0] });
      await close(0, 'claimed');
      expect(await outcome({ seq: 1, items: [], units: [0] })).to.deep.include({ due: 0, credit: 1 });
      expect(await outcome({ seq: 1, items: [], units: [1] })).to.deep.include({ due: 1, credit: 0 });
      expect(await outcome({ seq: 1, items: [], units: [2] })).to.equal('unpaid');
      expect((await stored()).map(([seq]) => seq)).to.deep.equal([0]);
    });

    it('is told which one stands where that may grow', async () => {
      await ask({ items: [item(1)], units: [0] });
      for (const seq of [0, 1]) {
        expect(await outcome({ seq, items: [], units: [0] })).to.deep.include({ due: 0 });
        const { refusal } = (await ask({ seq, items: [], units: [1] })) as { refusal: object };
        expect(refusal).to.deep.include({ reason: 'conflict', nextSeq: 0 });
        expect(refusal).to.have.nested.property('stored.seq', 0);
      }
    });
  });

  describe('what is paid', () => {
    for (const state of ['claiming', 'claimed'] as const) {
      it(`counts a voucher that is ${state}`, async () => {
        await ask({ items: [item(2)], units: [0, 1] });
        await close(0, state);
        expect(await outcome({ seq: 1, units: [2] })).to.deep.include({ due: 1, credit: 0 });
      });
    }

    it('counts none that was rejected', async () => {
      await ask({ items: [item(2)], units: [0, 1] });
      await close(0, 'rejected');
      expect(await outcome({ seq: 1, units: [2] })).to.equal('unpaid');
      expect(await outcome({ seq: 1, items: [item(3)], units: [2] })).to.deep.include({ due: 1, credit: 0 });
    });
  });
});

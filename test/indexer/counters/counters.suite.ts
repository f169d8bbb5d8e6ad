import { expect } from 'chai';
import type { Counters } from '../../../indexer/counters/counters.ts';
import { until } from '../../until.ts';

const LONG_MS = 60_000;
const SHORT_MS = 40;

/**
 * What every back end of the counters must do.
 * @param open counters without any entry; called before each test.
 * @param another the same counters, as another process of the host opens them; where processes can share them.
 */
export function describeCounters(
  name: string,
  open: () => Promise<Counters>,
  another?: () => Promise<Counters>,
): void {
  describe(`Counters in ${name}`, () => {
    let counters: Counters;
    beforeEach(async () => {
      counters = await open();
    });

    const total = async (key: string) => (await counters.add(key, 0, LONG_MS)).total;

    it('answer a ping', async () => {
      await counters.ping();
    });

    describe('add()', () => {
      it('counts each key for itself, from 0', async () => {
        expect(await total('a')).to.equal(0);
        expect((await counters.add('a', 1, LONG_MS)).total).to.equal(1);
        expect((await counters.add('a', 5, LONG_MS)).total).to.equal(6);
        expect((await counters.add('b', 2, LONG_MS)).total).to.equal(2);
        expect(await total('a')).to.equal(6);
      });

      it('takes back what is given back', async () => {
        await counters.add('a', 3, LONG_MS);
        expect((await counters.add('a', -2, LONG_MS)).total).to.equal(1);
      });

      it('counts amounts beyond 32 bits exactly', async () => {
        await counters.add('a', 9_000_000_000_000_001, LONG_MS);
        expect((await counters.add('a', 1, LONG_MS)).total).to.equal(9_000_000_000_000_002);
      });

      it('tells when the count begins again, which later entries do not put off', async () => {
        const first = await counters.add('a', 1, LONG_MS);
        expect(first.resetsInMs).to.be.within(LONG_MS - 1_000, LONG_MS);
        const second = await counters.add('a', 1, 10 * LONG_MS);
        expect(second.resetsInMs).to.be.within(LONG_MS - 10_000, first.resetsInMs);
      });

      it('with 0 reads, and begins no window', async () => {
        expect(await counters.add('a', 0, LONG_MS)).to.deep.equal({ total: 0, resetsInMs: LONG_MS });
        expect((await counters.add('a', 1, 1_000)).resetsInMs).to.be.at.most(1_000);
      });

      it('begins again at 0 when the window is over', async () => {
        await counters.add('a', 7, SHORT_MS);
        await until('none are left', async () => (await total('a')) === 0);
        const again = await counters.add('a', 1, LONG_MS);
        expect(again.total).to.equal(1);
        expect(again.resetsInMs).to.be.above(SHORT_MS);
      });

      it('loses nothing when many add at once', async () => {
        const totals = await Promise.all(Array.from({ length: 200 }, () => counters.add('a', 1, LONG_MS)));
        expect(new Set(totals.map((each) => each.total)).size).to.equal(200);
        expect(await total('a')).to.equal(200);
      });
    });

    describe('claim()', () => {
      it('is true for the first only, for each key', async () => {
        expect(await counters.claim('a', LONG_MS)).to.equal(true);
        expect(await counters.claim('a', LONG_MS)).to.equal(false);
        expect(await counters.claim('b', LONG_MS)).to.equal(true);
      });

      it('is true for one of many at once', async () => {
        const won = await Promise.all(Array.from({ length: 50 }, () => counters.claim('a', LONG_MS)));
        expect(won.filter(Boolean)).to.have.length(1);
      });

      it('is free again when its time is over, which later claims do not put off', async () => {
        await counters.claim('a', SHORT_MS);
        expect(await counters.claim('a', LONG_MS)).to.equal(false);
        await until('it is free', () => counters.claim('a', LONG_MS));
        expect(await counters.claim('a', LONG_MS)).to.equal(false);
      });

      it('has nothing to do with the count of the same key', async () => {
        await counters.add('a', 3, LONG_MS);
        expect(await counters.claim('a', LONG_MS)).to.equal(true);
        expect(await total('a')).to.equal(3);
      });
    });

    it('take keys with any signs', async () => {
      for (const key of ['2001:db8::/64', '{a}b', 'a b|c*', 'é\n']) {
        expect((await counters.add(key, 1, LONG_MS)).total, key).to.equal(1);
        expect(await counters.claim(key, LONG_MS), key).to.equal(true);
      }
    });

    if (another) {
      it('are one for all processes', async () => {
        const elsewhere = await another();
        await counters.add('a', 2, LONG_MS);
        expect((await elsewhere.add('a', 1, LONG_MS)).total).to.equal(3);
        expect(await counters.claim('a', LONG_MS)).to.equal(true);
        expect(await elsewhere.claim('a', LONG_MS)).to.equal(false);
      });
    }
  });
}

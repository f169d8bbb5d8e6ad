import { expect } from 'chai';
import { toBeHex, ZeroAddress } from 'ethers';
import { gasAdded, gasAlone } from '../../../../indexer/playback/claiming/claim-size.ts';
import type { Deadline } from '../../../../indexer/playback/claiming/deadline.ts';
import { type Candidate, type PlanFacts, planClaims } from '../../../../indexer/playback/claiming/plan.ts';
import { NOON, stored } from './samples.ts';

const GWEI = 10n ** 9n;
const DAY = 86_400;
const TOKEN = `0x${'70'.repeat(20)}`;
const [ALONE, ADDED] = [gasAlone(stored()) * GWEI, gasAdded(stored()) * GWEI];

describe('planClaims()', () => {
  const facts = (change: Partial<PlanFacts> = {}): PlanFacts => ({
    ...{
      nowSec: NOON + 3_600,
      gasPrice: GWEI,
      limits: { maxGas: 16_000_000n, maxBytes: 120_000 },
      all: false,
    },
    policy: { gasFactor: 10n, leastOf: () => null, afterSec: DAY },
    ...change,
  });
  const of = (change: Parameters<typeof stored>[0], deadline: Deadline | null = null): Candidate => ({
    voucher: stored(change),
    deadline,
  });
  /** What is claimed and why, then what waits and why. */
  function planned(candidates: Candidate[], change: Partial<PlanFacts> = {}) {
    const { batches, waiting } = planClaims(candidates, facts(change));
    const due = batches.map(({ vouchers }) => vouchers.map(({ voucher, why }) => `${voucher.seq} ${why}`));
    return [due, waiting.map(({ voucher, why }) => `${voucher.seq} ${why}`)];
  }

  it('claims what comes to so many times its gas, and not a wei below', () => {
    const enough = of({ seq: 1, total: 10n * ALONE });
    const toLittle = of({ seq: 2, total: 10n * ALONE - 1n });
    expect(planned([enough, toLittle])).to.deep.equal([[['1 pays']], ['2 not yet']]);
  });

  it('waits for that while its viewer goes on', () => {
    const growing = { seq: 1, total: 99n * ALONE, updatedAtSec: NOON + 3_600 - 599 };
    expect(planned([of(growing)])).to.deep.equal([[], ['1 not yet']]);
    expect(planned([of({ ...growing, updatedAtSec: NOON + 3_000 })])).to.deep.equal([[['1 pays']], []]);
    expect(planned([of({ ...growing, state: 'sealed' })])).to.deep.equal([[['1 pays']], []]);
  });

  it('claims what is old, if only it covers the gas', () => {
    const old = { openedAtSec: NOON - DAY };
    const large = of({ seq: 9, total: 100n * ALONE });
    expect(
      planned([large, of({ seq: 1, total: ADDED, ...old }), of({ seq: 2, total: ADDED - 1n, ...old })]),
    ).to.deep.equal([[['1 old', '9 pays']], ['2 below the gas']]);
  });

  it('leaves a transaction that comes to less than its gas', () => {
    const old = { openedAtSec: NOON - DAY, total: ADDED };
    expect(planned([of({ seq: 1, ...old })])).to.deep.equal([[], ['1 below the gas']]);
  });

  describe('where dust stands beside what pays', () => {
    const withdrawal: Deadline = { atSec: NOON + 3_700, dueSec: 0, why: 'withdrawal' };
    /** Old ones that come to what they add to a claim once all have credits, each of another content. */
    const dust = (number: number) =>
      Array.from({ length: number }, (_, index) =>
        of({
          ...{ seq: 100 + index, openedAtSec: NOON - DAY, total: ADDED },
          items: stored().items.map((item) => ({ ...item, contentId: toBeHex(index + 1, 32) })),
        }),
      );

    it('claims what is threatened and pays alone, and leaves the dust', () => {
      const good = of({ seq: 1, total: 5n * ALONE }, withdrawal);
      const { batches, waiting } = planClaims([...dust(40), good], facts());
      expect(batches.map(({ vouchers }) => vouchers.map(({ voucher }) => voucher.seq))).to.deep.equal([[1]]);
      expect(batches[0]).to.include({ amount: 5n * ALONE, gas: gasAlone(stored()) });
      expect(waiting.map(({ why }) => why)).to.deep.equal(Array(40).fill('below the gas'));
    });

    it('leaves no more of it than does not pay', () => {
      const good = of({ seq: 1, total: ALONE }, withdrawal);
      const more = of({ seq: 2, total: ADDED, openedAtSec: NOON - DAY });
      expect(planned([good, ...dust(2), more])).to.deep.equal([
        [['1 withdrawal', '2 old']],
        ['100 below the gas', '101 below the gas'],
      ]);
    });

    it('leaves what would pay for each other only beside more of its content', () => {
      const good = of({ seq: 1, total: ALONE }, withdrawal);
      const pair = [...dust(1), ...dust(1)];
      expect(planned([good, ...pair])).to.deep.equal([
        [['1 withdrawal']],
        ['100 below the gas', '100 below the gas'],
      ]);
      const some = [2n, 3n, 4n].map((parts) =>
        of({ seq: Number(parts), total: (parts * ALONE) / 6n, openedAtSec: NOON - DAY }),
      );
      expect(planned(some)).to.deep.equal([[['2 old', '3 old', '4 old']], []]);
    });
  });

  it('claims before a deadline, from when it is due', () => {
    const deadline: Deadline = { atSec: NOON + 7_200, dueSec: NOON + 3_600, why: 'price' };
    const small = of({ seq: 1, total: ALONE }, deadline);
    expect(planned([small])).to.deep.equal([[['1 price']], []]);
    expect(planned([small], { nowSec: NOON + 3_599 })).to.deep.equal([[], ['1 not yet']]);
  });

  it('claims after a deadline that a host was down for: it may be good still', () => {
    const deadline: Deadline = { atSec: NOON, dueSec: NOON - 60, why: 'withdrawal' };
    expect(planned([of({ seq: 1, total: ALONE }, deadline)])).to.deep.equal([[['1 withdrawal']], []]);
  });

  it('in a token without an amount: when it is old or threatened, whatever it comes to', () => {
    const deadline: Deadline = { atSec: NOON + 9, dueSec: NOON, why: 'share' };
    const inToken = { token: TOKEN, total: 10n ** 30n };
    expect(
      planned([
        of({ seq: 1, ...inToken }),
        of({ seq: 2, ...inToken, total: 1n, openedAtSec: NOON - DAY }),
        of({ seq: 3, ...inToken, total: 1n }, deadline),
      ]),
    ).to.deep.equal([[['3 share', '2 old']], ['1 not yet']]);
  });

  it('in a token with an amount: from that on, and when old or threatened from its tenth on', () => {
    const policy = { gasFactor: 10n, leastOf: () => 500n, afterSec: DAY };
    const old = { openedAtSec: NOON - DAY };
    const vouchers = [
      of({ seq: 1, token: TOKEN, total: 500n }),
      of({ seq: 2, token: TOKEN, total: 499n }),
      of({ seq: 3, token: TOKEN, total: 50n, ...old }),
      of({ seq: 4, token: TOKEN, total: 49n, ...old }),
    ];
    expect(planned(vouchers, { policy })).to.deep.equal([
      [['3 old', '1 pays']],
      ['2 not yet', '4 below the gas'],
    ]);
  });

  it('asked for all, claims all', () => {
    expect(planned([of({ seq: 1, total: 1n })], { all: true })).to.deep.equal([[['1 asked']], []]);
  });

  it('makes a transaction for each coin and contract', () => {
    const total = 100n * ALONE;
    const contract = `0x${'c9'.repeat(20)}`;
    const plan = planClaims(
      [
        of({ seq: 1, total }),
        of({ seq: 2, total, contract }),
        of({ seq: 3, total, token: TOKEN, openedAtSec: 0 }),
      ],
      facts(),
    );
    expect(plan.batches.map(({ contract: at, token, amount }) => [at, token, amount])).to.have.deep.members([
      [stored().contract, ZeroAddress, total],
      [contract, ZeroAddress, total],
      [stored().contract, TOKEN, total],
    ]);
  });

  it('cuts by gas and by bytes, those first that wait least', () => {
    const total = 100n * ALONE;
    const candidates = [5, 3, 1, 4, 2].map((seq) =>
      of({ seq, total }, { atSec: NOON + 60 * seq, dueSec: NOON, why: 'price' }),
    );
    const limits = { maxGas: gasAlone(stored()) + gasAdded(stored()), maxBytes: 120_000 };
    expect(planned(candidates, { limits })[0]).to.deep.equal([
      ['1 price', '2 price'],
      ['3 price', '4 price'],
      ['5 price'],
    ]);
    const bytes = { maxGas: 16_000_000n, maxBytes: 4 + 7 * 32 + 64 + 3 * 112 };
    expect(planned(candidates, { limits: bytes })[0]).to.deep.equal([
      ['1 price', '2 price', '3 price'],
      ['4 price', '5 price'],
    ]);
  });
});

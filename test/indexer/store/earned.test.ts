import { expect } from 'chai';
import type { RowChange } from '../../../indexer/store/rows.ts';
import { earnedBy } from '../../../indexer/store/sqlite/mirror/earned.ts';
import { CONTENT_ID, CONTRACT, CREATOR, NATIVE, PROVIDER, viewRow } from './samples.ts';

const DAY = '2026-11-30';
const NOON_SEC = Date.UTC(2026, 10, 30, 12) / 1_000;
const of = { contract: CONTRACT, token: NATIVE };
const credit = (account: string, amount: bigint) => ({
  table: 'credits',
  key: { account, ...of },
  add: { credited: amount },
});
const daily = (wallet: string, role: string, amount: bigint, day = DAY) => ({
  table: 'earnings_daily',
  key: { wallet, day, ...of, role },
  add: { amount },
});
const part = (wallet: string, role: string, [name, key]: [string, string], add: object) => ({
  table: 'earnings_parts',
  key: { wallet, part: name, ...of, key, role },
  add,
});
const paid = (price: bigint, shares?: [bigint, bigint]): RowChange => {
  const view = viewRow({ block: 1, units: 2, price });
  const [creator_amount, provider_amount] = shares ?? [price * 2n - price / 2n, price / 2n];
  return { ...view, set: { ...view.set, creator_amount, provider_amount }, earnedAtSec: NOON_SEC };
};

describe('earnedBy()', () => {
  it('adds views of one content, provider and day up before they reach a row', () => {
    const creator = { amount: 3_000n, units: 4n, views: 2n };
    const provider = { amount: 1_000n, units: 4n, views: 2n };
    expect(earnedBy([paid(1_000n), paid(1_000n)])).to.deep.equal([
      credit(CREATOR, 3_000n),
      daily(CREATOR, 'creator', 3_000n),
      part(CREATOR, 'creator', ['content', CONTENT_ID], creator),
      part(CREATOR, 'creator', ['provider', PROVIDER], creator),
      credit(PROVIDER, 1_000n),
      daily(PROVIDER, 'provider', 1_000n),
      part(PROVIDER, 'provider', ['content', CONTENT_ID], provider),
    ]);
  });

  it('gives nobody anything for a share of nothing', () => {
    const rows = earnedBy([paid(15n, [30n, 0n])]);
    expect(rows.map(({ key }) => key.account ?? key.wallet)).to.deep.equal(Array(4).fill(CREATOR));
  });

  it('keeps days apart', () => {
    const rows = earnedBy([paid(1_000n), { ...paid(1_000n), earnedAtSec: NOON_SEC + 43_200 }]);
    expect(rows.filter(({ table }) => table === 'earnings_daily').map(({ key }) => key.day)).to.deep.equal([
      ...[DAY, DAY, '2026-12-01', '2026-12-01'],
    ]);
  });
});

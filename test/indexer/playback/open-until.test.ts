import { expect } from 'chai';
import { openUntilSec } from '../../../indexer/playback/open-until.ts';
import type { ContentRow, Terms } from '../../../indexer/store/store.ts';
import type { Unit } from '../../../indexer/unit.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const T = 1_800_000_000;

const terms = (unit: Unit): Terms => ({ pricePerUnit: 5n, providerShareBps: 0, unit });
const listed = (unit: Unit, scheduled: ContentRow['scheduled'] = null) =>
  ({ ...terms(unit), retired: false, scheduled }) as ContentRow;
const paid = (...payments: [timestampSec: number, units: number][]) =>
  payments.map(([timestampSec, units]) => ({ timestampSec, units }));

describe('openUntilSec()', () => {
  for (const [what, content, payments, until] of [
    ['nothing paid', listed('view'), paid(), 0],
    ['a view', listed('view'), paid([T, 1]), T + DAY],
    ['several views at once', listed('view'), paid([T, 3]), T + DAY],
    ['two views', listed('view'), paid([T, 1], [T + HOUR, 1]), T + HOUR + DAY],
    ['a day', listed('day'), paid([T, 1]), T + DAY],
    ['three days', listed('day'), paid([T, 3]), T + 3 * DAY],
    ['a day while two are left', listed('day'), paid([T, 2], [T + HOUR, 1]), T + 3 * DAY],
    ['a day after one is over', listed('day'), paid([T, 1], [T + 5 * DAY, 1]), T + 6 * DAY],
    ['minutes', listed('minute'), paid([T, 60]), 0],
    [
      'a view, before days were sold',
      listed('view', { effectiveAtSec: T + HOUR, terms: terms('day') }),
      paid([T, 2]),
      T + DAY,
    ],
    [
      'two days, since days are sold',
      listed('view', { effectiveAtSec: T, terms: terms('day') }),
      paid([T, 2]),
      T + 2 * DAY,
    ],
    [
      'a view of what is retired by now',
      listed('view', { effectiveAtSec: T, terms: null }),
      paid([T - 1, 1]),
      T - 1 + DAY,
    ],
    ['as many days as can be paid', listed('day'), paid([T, 2 ** 32 - 1]), T + (2 ** 32 - 1) * DAY],
  ] as const) {
    it(`${what}: ${until === 0 ? 'never' : `${until - T} s`}`, () => {
      expect(openUntilSec(content, payments)).to.equal(until);
    });
  }
});

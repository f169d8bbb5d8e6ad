import { expect } from 'chai';
import type { Unit } from '../../../indexer/lib/unit.ts';
import { openUntilSec } from '../../../indexer/playback/open-until.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const T = 1_800_000_000;

const paid = (...payments: [timestampSec: number, units: number, unit: Unit][]) =>
  payments.map(([timestampSec, units, unit]) => ({ timestampSec, units, unit }));

describe('openUntilSec()', () => {
  for (const [what, payments, until] of [
    ['nothing paid', paid(), 0],
    ['a view', paid([T, 1, 'view']), T + DAY],
    ['several views at once', paid([T, 3, 'view']), T + DAY],
    ['two views', paid([T, 1, 'view'], [T + HOUR, 1, 'view']), T + HOUR + DAY],
    ['a day', paid([T, 1, 'day']), T + DAY],
    ['three days', paid([T, 3, 'day']), T + 3 * DAY],
    ['a day while two are left', paid([T, 2, 'day'], [T + HOUR, 1, 'day']), T + 3 * DAY],
    ['a day after one is over', paid([T, 1, 'day'], [T + 5 * DAY, 1, 'day']), T + 6 * DAY],
    ['minutes', paid([T, 60, 'minute']), 0],
    ['a view while days are left', paid([T, 3, 'day'], [T + HOUR, 1, 'view']), T + 3 * DAY],
    ['a day while a view is open', paid([T, 1, 'view'], [T + HOUR, 1, 'day']), T + 2 * DAY],
    ['as many days as can be paid', paid([T, 2 ** 32 - 1, 'day']), T + (2 ** 32 - 1) * DAY],
  ] as const) {
    it(`${what}: ${until === 0 ? 'never' : `${until - T} s`}`, () => {
      expect(openUntilSec(payments)).to.equal(until);
    });
  }
});

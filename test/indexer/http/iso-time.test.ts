import { expect } from 'chai';
import { isoTime } from '../../../indexer/http/serialize/iso-time.ts';

describe('isoTime()', () => {
  it('is what Date writes, without milliseconds', () => {
    const days = [-1, 0, 1, 59, 19_723, 20_000, 20_000, 2_932_896, 2_932_897];
    const times = days.flatMap((day) =>
      [0, 1, 59, 60, 3_599, 3_600, 43_210, 86_399].map((sec) => day * 86_400 + sec),
    );
    const expected = times.map((sec) => new Date(sec * 1000).toISOString().replace('.000Z', 'Z'));
    expect(times.map(isoTime)).to.deep.equal(expected);
  });

  it('is of no time that Date does not know, and of the next one again', () => {
    isoTime(86_400);
    for (const sec of [Number.NaN, Number.MAX_SAFE_INTEGER]) expect(() => isoTime(sec)).to.throw(RangeError);
    expect(isoTime(86_400)).to.equal('1970-01-02T00:00:00Z');
  });
});

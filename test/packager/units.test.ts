import { expect } from 'chai';
import fc from 'fast-check';
import { inUnits, type Span } from '../../packager/cutting/units.ts';
import { all } from './packaged.ts';

const US = 1e6;
/** Lengths of segments in tenths of a second: up to three minutes, so that minutes without a segment come up. */
const lengths = fc.array(fc.integer({ min: 1, max: 1_800 }), { minLength: 1, maxLength: 80 });

describe('the units of a content', () => {
  it('are numbered one after the other over the minutes in which a segment starts', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, async (tenths) => {
        const spans = spansOf(tenths);
        const numbered = await all(inUnits(each(spans)));
        expect(numbered.map(({ segment }) => segment)).to.deep.equal(spans);
        const units = numbered.map(({ unit }) => unit);
        expect(units).to.deep.equal(expectedUnits(spans));
      }),
    );
  });

  it('start at their minute at the earliest, and none is skipped', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, async (tenths) => {
        let last = 0;
        for await (const { unit, segment } of inUnits(each(spansOf(tenths)))) {
          expect([last, last + 1]).to.include(unit);
          if (unit > last) expect(segment.startUs).to.be.at.least(unit * 60 * US);
          last = unit;
        }
      }),
    );
  });

  it('hold no more than 15 s and a segment back', async () => {
    let given = 0;
    const seconds = async function* () {
      for (let at = 0; at < 600; at++, given++) yield { startUs: at * US, endUs: (at + 1) * US };
    };
    let taken = 0;
    for await (const _ of inUnits(seconds())) {
      expect(given - taken).to.be.at.most(16);
      taken++;
    }
    expect(taken).to.equal(600);
  });
});

/** Said otherwise: minutes by their starts, in order; the last one joins where it is short. */
function expectedUnits(spans: readonly Span[]): number[] {
  const minutes = spans.map(({ startUs }) => Math.floor(startUs / (60 * US)));
  const used = [...new Set(minutes)];
  const first = spans.find(({ startUs }) => Math.floor(startUs / (60 * US)) === used.at(-1));
  const isShort = (spans.at(-1)?.endUs ?? 0) - (first?.startUs ?? 0) < 15 * US;
  const last = isShort && used.length > 1 ? used.length - 2 : used.length - 1;
  return minutes.map((minute) => Math.min(used.indexOf(minute), last));
}

function spansOf(tenths: readonly number[]): Span[] {
  let at = 0;
  return tenths.map((length) => {
    const startUs = at;
    at += length * (US / 10);
    return { startUs, endUs: at };
  });
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

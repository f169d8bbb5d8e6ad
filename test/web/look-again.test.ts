import { expect } from 'chai';
import { lookUntilServed } from '../../web/src/player/look-again.ts';
import type { Finding } from '../../web/src/player/probe.ts';

const SOLD_BY: Finding = { offers: [{}], previewSec: 0 } as unknown as Finding;
const SELLS_NOTHING: Finding = { offers: [], previewSec: 0 };

describe('a stream that does not serve yet', () => {
  /** Looks at an address that answers so, one after the other, and then as the last one. */
  const looking = async (answers: readonly Finding[], leaveAfter = Number.POSITIVE_INFINITY) => {
    const leaving = new AbortController();
    const [told, pauses]: [Finding[], number[]] = [[], []];
    let looks = 0;
    await lookUntilServed({
      async look() {
        const answer = answers[Math.min(looks, answers.length - 1)] ?? 'silent';
        looks += 1;
        if (looks > leaveAfter) leaving.abort();
        return answer;
      },
      tell: (finding) => told.push(finding),
      pause: async (ms) => void pauses.push(ms),
      leaving: leaving.signal,
    });
    return { told, pauses, looks };
  };

  it('is looked at again until it plays, or sells', async () => {
    const { told, looks } = await looking(['silent', 'silent', 'plays']);
    expect([told, looks]).to.deep.equal([['silent', 'plays'], 3]);
    expect((await looking([SELLS_NOTHING, SOLD_BY])).told).to.deep.equal([SELLS_NOTHING, SOLD_BY]);
  });

  it('is looked at less and less often, and not for ever', async () => {
    const { told, pauses } = await looking(['silent']);
    expect(told).to.deep.equal(['silent']);
    expect(pauses).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  it('is looked at once where it plays, sells, or has what no browser here shows', async () => {
    for (const answer of ['plays', 'codec', SOLD_BY] as const)
      expect(await looking([answer])).to.deep.equal({ told: [answer], pauses: [], looks: 1 });
  });

  it('is left alone once the page is left', async () => {
    expect(await looking(['silent', 'plays'], 1)).to.deep.include({ told: ['silent'], looks: 2 });
  });
});

import { mock } from 'node:test';
import { expect } from 'chai';
import { everyStep, stepNow, timeText } from '../../web/src/components/when.ts';

describe('a time that is shown', () => {
  afterEach(() => mock.timers.reset());

  it('goes on as the clock does, until nobody looks', () => {
    const start = Date.parse('2026-12-01T00:00:00Z');
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: start });
    const iso = new Date(start).toISOString();
    const shown: [step: number, text: string][] = [];
    const stop = everyStep(() => shown.push([stepNow(), timeText(iso, Date.now())]));
    for (let steps = 0; steps < 3; steps += 1) mock.timers.tick(20_000);
    stop();
    mock.timers.tick(60_000);
    expect(shown.map(([, text]) => text)).to.deep.equal(['just now', 'just now', '1 minute ago']);
    expect(new Set(shown.map(([step]) => step)).size, 'each is another step').to.equal(3);
  });
});

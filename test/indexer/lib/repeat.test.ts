import { expect } from 'chai';
import { repeat } from '../../../indexer/lib/repeat.ts';

describe('repeat()', () => {
  it('runs at once and again after each end, never twice at a time', async () => {
    const thrice = Promise.withResolvers<void>();
    let runs = 0;
    let running = 0;
    const stop = repeat(1, async () => {
      running += 1;
      expect(running).to.equal(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      runs += 1;
      if (runs === 3) thrice.resolve();
    });
    await thrice.promise;
    await stop();
  });

  it('stops when the run under way is over, and does not begin another', async () => {
    const release = Promise.withResolvers<void>();
    const order: string[] = [];
    const stop = repeat(0, async () => {
      order.push('run');
      await release.promise;
      order.push('end');
    });
    const stopped = stop().then(() => order.push('stopped'));
    release.resolve();
    await stopped;
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).to.deep.equal(['run', 'end', 'stopped']);
  });
});

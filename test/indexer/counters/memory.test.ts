import { expect } from 'chai';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { describeCounters } from './counters.suite.ts';

describeCounters('memory', async () => createMemoryCounters());

describe('Counters in memory, when time passes', () => {
  it('begin again exactly at the end of the window', async () => {
    let now = 1_000;
    const counters = createMemoryCounters(() => now);
    await counters.add('a', 1, 100);
    now = 1_099;
    expect(await counters.add('a', 1, 100)).to.deep.equal({ total: 2, resetsInMs: 1 });
    now = 1_100;
    expect(await counters.add('a', 1, 100)).to.deep.equal({ total: 1, resetsInMs: 100 });
  });

  it('look at the clock once for each answer', async () => {
    let now = 1_000;
    const counters = createMemoryCounters(() => now++);
    expect(await counters.add('a', 0, 100)).to.deep.equal({ total: 0, resetsInMs: 100 });
  });
});

import { expect } from 'chai';
import { BoundedMap } from '../../../indexer/lib/bounded-map.ts';
import { SingleFlight, TaskSet } from '../../../indexer/lib/tasks.ts';

describe('TaskSet', () => {
  it('is idle once everything tracked has ended, failures included', async () => {
    const tasks = new TaskSet();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const done = tasks.track(gate.promise.then(() => seen.push('done')));
    const failed = tasks.track(Promise.reject(new Error('no'))).catch(() => seen.push('failed'));
    const idle = tasks.idle().then(() => seen.push('idle'));
    await failed;
    gate.resolve();
    await Promise.all([done, idle]);
    expect(seen).to.deep.equal(['failed', 'done', 'idle']);
  });
});

describe('SingleFlight', () => {
  it('does the work of one key once for all who ask meanwhile, and anew afterwards', async () => {
    const flight = new SingleFlight<number>();
    let runs = 0;
    const work = async () => ++runs;
    expect(
      await Promise.all([flight.run('a', work), flight.run('a', work), flight.run('b', work)]),
    ).to.deep.equal([1, 1, 2]);
    expect(flight.has('a')).to.equal(false);
    expect(await flight.run('a', work)).to.equal(3);
  });

  it('tells a failure to all who asked, and forgets it', async () => {
    const flight = new SingleFlight<string>();
    const failing = () => Promise.reject(new Error('no'));
    const outcomes = await Promise.allSettled([flight.run('a', failing), flight.run('a', failing)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    await flight.idle();
    expect(await flight.run('a', async () => 'done')).to.equal('done');
  });
});

describe('BoundedMap', () => {
  it('is emptied when one more would not fit', () => {
    const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('b', 3);
    expect([...map]).to.deep.equal([
      ['a', 1],
      ['b', 3],
    ]);
    expect([...map.set('c', 4)]).to.deep.equal([['c', 4]]);
  });
});

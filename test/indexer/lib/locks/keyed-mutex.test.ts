import { expect } from 'chai';
import { KeyedMutex, Mutex } from '../../../../indexer/lib/locks/keyed-mutex.ts';

describe('Mutex', () => {
  it('runs one piece of work after the other, and is idle after the last', async () => {
    const mutex = new Mutex();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    void mutex.run(async () => {
      await gate.promise;
      seen.push('first');
    });
    const second = mutex.run(async () => seen.push('second'));
    gate.resolve();
    await mutex.idle();
    expect(seen).to.deep.equal(['first', 'second']);
    expect(await second).to.equal(2);
  });

  it('tells a failure to its own caller alone, and goes on', async () => {
    const mutex = new Mutex();
    const first = mutex.run(() => Promise.reject(new Error('no')));
    const second = mutex.run(async () => 'done');
    expect(String(await first.catch((error: unknown) => error))).to.equal('Error: no');
    expect(await second).to.equal('done');
    await mutex.idle();
  });
});

describe('KeyedMutex', () => {
  it('tells a failure to its own caller alone, and goes on', async () => {
    const mutex = new KeyedMutex();
    const first = mutex.run('a', () => Promise.reject(new Error('no')));
    const second = mutex.run('a', async () => 'done');
    const failure = await first.catch((error: unknown) => error);
    expect(String(failure)).to.equal('Error: no');
    expect(await second).to.equal('done');
  });

  it('runs work of one key in order, and that of another key beside it', async () => {
    const mutex = new KeyedMutex();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const note = (name: string) => async () => void seen.push(name);
    const held = mutex.run('a', async () => {
      await gate.promise;
      seen.push('a1');
    });
    const others = ['a2', 'a3'].map((name) => mutex.run('a', note(name)));
    await mutex.run('b', note('b'));
    expect(seen).to.deep.equal(['b']);
    gate.resolve();
    await Promise.all([held, ...others]);
    expect(seen).to.deep.equal(['b', 'a1', 'a2', 'a3']);
  });
});

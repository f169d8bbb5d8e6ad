import { expect } from 'chai';
import { createTurns } from '../../../indexer/lib/keyed-mutex.ts';

describe('turns', () => {
  it('work that fails tells only its own caller, and the next one has its turn', async () => {
    const turns = createTurns();
    const first = turns.take('a', () => Promise.reject(new Error('no')));
    const second = turns.take('a', async () => 'done');
    const failure = await first.catch((error: unknown) => error);
    expect(String(failure)).to.equal('Error: no');
    expect(await second).to.equal('done');
  });

  it('of one name follow each other in order, those of another name do not wait', async () => {
    const turns = createTurns();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const note = (name: string) => async () => void seen.push(name);
    const held = turns.take('a', async () => {
      await gate.promise;
      seen.push('a1');
    });
    const others = ['a2', 'a3'].map((name) => turns.take('a', note(name)));
    await turns.take('b', note('b'));
    expect(seen).to.deep.equal(['b']);
    gate.resolve();
    await Promise.all([held, ...others]);
    expect(seen).to.deep.equal(['b', 'a1', 'a2', 'a3']);
  });
});

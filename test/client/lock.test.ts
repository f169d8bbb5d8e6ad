import { expect } from 'chai';
import { exclusively } from '../../client/lock.ts';

describe('work that is exclusive', () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  afterEach(() => {
    if (own) Object.defineProperty(globalThis, 'navigator', own);
  });

  for (const [where, navigator] of [
    ['by Web Locks', globalThis.navigator],
    ['within a program without them', undefined],
  ] as const) {
    it(`is done one after the other, ${where}, whatever becomes of it`, async () => {
      Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
      expect('locks' in Object(navigator)).to.equal(navigator !== undefined);
      const said: string[] = [];
      const work =
        (name: string, fails = false) =>
        async () => {
          said.push(`${name} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          said.push(`${name} ends`);
          if (fails) throw new Error(name);
          return name;
        };
      const all = [
        exclusively('a', work('1')),
        exclusively('a', work('2', true)),
        exclusively('a', work('3')),
        exclusively('b', work('other')),
      ];
      const ends = await Promise.allSettled(all);
      expect(ends.map(({ status }) => status)).to.deep.equal([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      const ofA = said.filter((text) => !text.startsWith('other'));
      expect(ofA).to.deep.equal(['1', '2', '3'].flatMap((name) => [`${name} begins`, `${name} ends`]));
      expect(said.indexOf('other ends')).to.be.below(said.indexOf('3 ends'));
    });
  }
});

import { expect } from 'chai';
import { keepPosition, positionOf } from '../../web/src/player/controls/positions.ts';

describe('where videos stand, in this browser', () => {
  const browser = globalThis as { localStorage?: unknown };
  let kept: Map<string, string>;
  let before: unknown;
  beforeEach(() => {
    kept = new Map();
    before = browser.localStorage;
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
    };
    Object.defineProperty(browser, 'localStorage', { value: storage, configurable: true, writable: true });
  });
  afterEach(() => {
    Object.defineProperty(browser, 'localStorage', { value: before, configurable: true, writable: true });
  });

  it('is kept by video, and forgotten at its end', () => {
    keepPosition('one', 61.7);
    keepPosition('other', 5);
    expect([positionOf('one'), positionOf('other'), positionOf('third')]).to.deep.equal([61, 5, 0]);
    keepPosition('one', 0);
    expect(positionOf('one')).to.equal(0);
    expect(positionOf('other')).to.equal(5);
  });

  it('is written in steps, and the oldest of many is dropped', () => {
    keepPosition('first', 10);
    keepPosition('first', 11.5);
    expect(positionOf('first')).to.equal(10);
    for (let nth = 0; nth < 200; nth += 1) keepPosition(`nth ${nth}`, 30);
    expect([positionOf('first'), positionOf('nth 0'), positionOf('nth 199')]).to.deep.equal([0, 30, 30]);
  });

  it('is the start where something else stands in the browser', () => {
    kept.set('positions', '{"one":"later","other":-3}');
    expect([positionOf('one'), positionOf('other')]).to.deep.equal([0, 0]);
  });
});

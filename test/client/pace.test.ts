import { expect } from 'chai';
import { Pace } from '../../client/hls/pace.ts';
import { until } from '../until.ts';

/** A video element as far as buying depends on it. */
class Watched extends EventTarget {
  currentTime = 0;
  paused = true;
  ended = false;
  ranges: [number, number][] = [];
  get buffered() {
    const { ranges } = this;
    return {
      length: ranges.length,
      start: (nth: number) => ranges[nth]?.[0] ?? 0,
      end: (nth: number) => ranges[nth]?.[1] ?? 0,
    };
  }
  become(state: Partial<Pick<Watched, 'currentTime' | 'paused' | 'ended'>>, event: string): void {
    Object.assign(this, state);
    this.dispatchEvent(new Event(event));
  }
}

class Shown extends EventTarget {
  visibilityState = 'visible';
}

const SETTLED_MS = 500;
const SECOND_UNIT = { startSec: 60, endSec: 120 };

describe('the pace of buying', () => {
  let media: Watched;
  let page: Shown;
  let pace: Pace;
  let stuck: number;
  beforeEach(() => {
    stuck = 0;
    media = new Watched();
    page = new Shown();
    pace = new Pace({ page, onStuck: () => (stuck += 1) });
    pace.attach(media);
  });
  afterEach(() => pace.stop());

  function asked(stretch = SECOND_UNIT) {
    const ended = new AbortController();
    const state = { bought: false, refused: false, abort: () => ended.abort(new Error('seek')) };
    pace.until(stretch, ended.signal).then(
      () => (state.bought = true),
      () => (state.refused = true),
    );
    return state;
  }
  /** All that is due by now is done. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const isHeld = async (state: { bought: boolean }) => {
    await settled();
    expect(state.bought).to.equal(false);
  };

  it('buys nothing before a person has allowed it, however long it plays', async () => {
    media.become({ paused: false, currentTime: 70 }, 'playing');
    const one = asked();
    await isHeld(one);
    pace.allow();
    await until('it buys', () => one.bought);
  });

  it('waits until 15 seconds before the unit', async () => {
    pace.allow();
    media.become({ paused: false, currentTime: 44.9 }, 'timeupdate');
    const one = asked();
    await isHeld(one);
    media.become({ currentTime: 45 }, 'timeupdate');
    await until('it buys', () => one.bought);
  });

  it('buys nothing where it is paused, over, or hidden', async () => {
    pace.allow();
    media.become({ currentTime: 50 }, 'timeupdate');
    const one = asked();
    await isHeld(one);
    media.become({ paused: false, ended: true }, 'ended');
    await isHeld(one);
    page.visibilityState = 'hidden';
    media.become({ ended: false }, 'playing');
    await isHeld(one);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await until('it buys', () => one.bought);
  });

  it('waits for half a second after each seek', async () => {
    pace.allow();
    media.become({ paused: false, currentTime: 50 }, 'playing');
    const begunMs = performance.now();
    for (let nth = 0; nth < 5; nth += 1) media.become({ currentTime: 50 + nth }, 'seeking');
    const one = asked();
    media.become({}, 'timeupdate');
    await isHeld(one);
    await until('it buys', () => one.bought);
    expect(performance.now() - begunMs).to.be.at.least(SETTLED_MS - 2);
  });

  it('buys nothing for what the head has left or passed', async () => {
    pace.allow();
    media.become({ paused: false, currentTime: 120 }, 'playing');
    const one = asked();
    await isHeld(one);
    one.abort();
    await until('it ends', () => one.refused);
    media.become({ currentTime: 60 }, 'timeupdate');
    await isHeld(one);
  });

  it('says that what is waited for is not where the person went', async () => {
    pace.allow();
    media.ranges = [[30, 60]];
    media.become({ paused: false, currentTime: 35 }, 'playing');
    asked();
    media.become({ currentTime: 31 }, 'seeking');
    await until('it has settled', () => performance.now() > 0);
    media.become({ currentTime: 2 }, 'seeking');
    await until('it says so', () => stuck === 1);
    media.become({ currentTime: 300 }, 'seeking');
    await until('it says so again', () => stuck === 2);
  });

  it('lets a player be that plays on to what is waited for', async () => {
    pace.allow();
    media.ranges = [[30, 60]];
    media.become({ paused: false, currentTime: 40 }, 'playing');
    const one = asked();
    media.become({ currentTime: 31 }, 'seeking');
    const other = asked({ startSec: 30, endSec: 60 });
    await until('the other is bought, after the seek has settled', () => other.bought);
    await isHeld(one);
    expect(stuck).to.equal(0);
  });
});

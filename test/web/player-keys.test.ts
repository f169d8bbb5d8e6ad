import { expect } from 'chai';
import { KEYS, type Press, soughtSec, wishOf } from '../../web/src/player/controls/keys.ts';
import { speedIn } from '../../web/src/player/controls/speed.ts';

const on = (key: string, more: Partial<Press> = {}) =>
  wishOf({ key, repeat: false, isChord: false, on: 'body', isElsewhere: false, ...more });

describe('the keys of the player', () => {
  it('do what the help says: each of them, as a capital letter, too', () => {
    for (const { keys } of KEYS) for (const key of keys) expect(on(key), key).to.not.equal(null);
    expect(on('k')).to.deep.equal({ kind: 'play' });
    expect(on('L')).to.deep.equal({ kind: 'seek', bySec: 10 });
    expect(on('ArrowLeft')).to.deep.equal({ kind: 'seek', bySec: -5 });
    expect(on('x')).to.equal(null);
  });

  it('are not the player’s in a field, with Ctrl, or under a window', () => {
    for (const field of ['input', 'textarea', 'select']) expect(on('k', { on: field })).to.equal(null);
    expect(on('f', { isChord: true })).to.equal(null);
    expect(on('m', { isElsewhere: true })).to.equal(null);
  });

  it('leave the space bar to what has the focus and is pressed by it', () => {
    for (const element of ['button', 'summary', 'video']) expect(on(' ', { on: element })).to.equal(null);
    expect(on(' ')).to.deep.equal({ kind: 'play' });
    expect(on('k', { on: 'button' })).to.deep.equal({ kind: 'play' });
  });

  it('go on seeking while they are held, and do nothing else then', () => {
    expect(on('j', { repeat: true })).to.deep.equal({ kind: 'seek', bySec: -10 });
    expect(on('k', { repeat: true })).to.equal(null);
  });

  it('seek inside the video', () => {
    expect(soughtSec(3, -5, 60)).to.equal(0);
    expect(soughtSec(58, 5, 60)).to.equal(60);
    expect(soughtSec(10, 10, Number.NaN)).to.equal(20);
  });

  it('know the speeds that there are', () => {
    expect([1.5, 4, '2', null].map(speedIn)).to.deep.equal([1.5, 1, 1, 1]);
  });
});

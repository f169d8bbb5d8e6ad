import { expect } from 'chai';
import {
  type Attempt,
  afterLook,
  afterLoss,
  afterRefusal,
  afterSeek,
  afterSpoilt,
  afterStall,
  anew,
  FIRST_ATTEMPT,
  phaseTimeoutMs,
  turnedTo,
} from '../../web/src/player/attempt.ts';
import { noteOf } from '../../web/src/player/note.ts';
import type { PlayerSource } from '../../web/src/player/sources.ts';

const plays = (attempt: Attempt): Attempt => ({ ...attempt, phase: 'plays' });

describe('a player that loses its source', () => {
  it('goes on with the next one at the same second', () => {
    const second = afterLoss(plays(FIRST_ATTEMPT), 2, 7.5);
    expect(second).to.deep.include({ source: 1, fromSec: 7.5, phase: 'opening', turn: 1 });
  });

  it('has failed when none is left', () => {
    const second = afterLoss(plays(FIRST_ATTEMPT), 2, 7.5);
    expect(afterLoss(second, 2, 7.5)).to.include({ phase: 'failed', fromSec: 7.5 });
    expect(afterLoss(FIRST_ATTEMPT, 1, 0)).to.include({ phase: 'failed', fromSec: 0 });
  });

  it('tries all of them when it begins anew, from the same second', () => {
    const failed = afterLoss(afterLoss(plays(FIRST_ATTEMPT), 2, 7.5), 2, 7.5);
    const again = anew(failed);
    expect(again).to.include({ source: 1, lost: 0, fromSec: 7.5, phase: 'opening' });
    const other = afterLoss(again, 2, 7.5);
    expect(new Set([again.source, other.source])).to.deep.equal(new Set([0, 1]));
  });

  it('waits for a source that has stopped only as long as there is another one', () => {
    const waits: Attempt = { ...FIRST_ATTEMPT, phase: 'waits' };
    expect(phaseTimeoutMs(waits, 2)).to.be.a('number');
    expect(phaseTimeoutMs(waits, 1)).to.equal(null);
    expect(phaseTimeoutMs(plays(FIRST_ATTEMPT), 2)).to.equal(null);
    expect(phaseTimeoutMs(FIRST_ATTEMPT, 1)).to.be.a('number');
  });

  it('says while it waits whether the source answers, and says that no longer once it plays', () => {
    const away = afterLook({ ...FIRST_ATTEMPT, phase: 'waits' }, false);
    expect(away.phase).to.equal('away');
    expect(afterStall(away).phase).to.equal('away');
    expect(afterLook(away, true).phase).to.equal('waits');
    for (const answers of [true, false]) {
      expect(afterLook(plays(FIRST_ATTEMPT), answers).phase).to.equal('plays');
      expect(afterLook(FIRST_ATTEMPT, answers).phase).to.equal('opening');
    }
  });

  it('has failed where what comes can not be shown, until a person tries again', () => {
    const spoilt = afterSpoilt(plays(FIRST_ATTEMPT), 1, 7.5);
    expect(spoilt).to.include({ phase: 'failed', isSpoilt: true, fromSec: 7.5 });
    expect(anew(spoilt)).to.include({ phase: 'opening', isSpoilt: false });
    expect(afterSpoilt(plays(FIRST_ATTEMPT), 2, 7.5)).to.include({ source: 1, phase: 'opening' });
  });

  it('turns to another source by hand, at the same second: what plays may be another film', () => {
    const other = turnedTo(plays(FIRST_ATTEMPT), 2, 7.5);
    expect(other).to.include({ source: 1, lost: 0, fromSec: 7.5, phase: 'opening', byHand: true });
    expect(turnedTo(plays(other), 2, 8)).to.include({ source: 0, fromSec: 8 });
    expect(afterLoss(other, 2, 8)).to.include({ source: 0, byHand: false, phase: 'opening' });
  });
});

describe('a player that is refused a key', () => {
  it('plays what it holds, and is locked at its end, for as long as it likes', () => {
    const refused = afterRefusal(plays(FIRST_ATTEMPT));
    expect(refused.phase).to.equal('plays');
    const locked = afterStall(refused);
    expect(locked.phase).to.equal('locked');
    expect(phaseTimeoutMs(locked, 2)).to.equal(null);
  });

  it('is locked at once where it holds nothing: on opening, and after a seek', () => {
    expect(afterRefusal(FIRST_ATTEMPT).phase).to.equal('locked');
    expect(afterRefusal({ ...FIRST_ATTEMPT, phase: 'waits' }).phase).to.equal('locked');
  });

  it('waits as for any other where a person has sought', () => {
    const sought = afterSeek(afterRefusal(plays(FIRST_ATTEMPT)));
    expect(afterStall(sought).phase).to.equal('waits');
  });

  it('is open again with another source', () => {
    const locked = afterRefusal(plays(FIRST_ATTEMPT));
    for (const next of [afterLoss(locked, 2, 1), turnedTo(locked, 2, 1), anew(locked)])
      expect(next).to.include({ isLocked: false, phase: 'opening' });
  });
});

describe('what is said below the picture', () => {
  const source: PlayerSource = {
    ...{ url: 'https://b.example.net/master.m3u8', from: 'provider', isChecked: false },
    ...{ isPackaged: true, isPreview: true, previewSec: 5 },
  };
  const locked: Attempt = { ...FIRST_ATTEMPT, phase: 'locked' };

  it('speaks of the free start only where that is', () => {
    expect(noteOf(plays(FIRST_ATTEMPT), source, false)).to.match(/^The free start, from the provider/);
    expect(noteOf(plays(FIRST_ATTEMPT), source, true)).to.match(/^From the provider/);
    expect(noteOf(locked, source, false)).to.match(/^The free start ends here/);
    expect(noteOf(locked, source, true)).to.match(/^This is not open yet/);
  });

  it('is who sells nothing now, and not that it is waited for', () => {
    const waits: Attempt = { ...FIRST_ATTEMPT, phase: 'waits' };
    expect(noteOf(waits, source, false)).to.equal('Waiting for b.example.net …');
    expect(noteOf(waits, { ...source, isRefused: true }, false)).to.match(/does not sell right now/);
  });
});

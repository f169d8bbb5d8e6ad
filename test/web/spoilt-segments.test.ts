import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { watchSegments } from '../../web/src/player/hls/spoilt-segments.ts';

describe('segments that can not be shown', () => {
  const begun = () => {
    const events = new EventEmitter();
    const media = { currentTime: 0 };
    let stops = 0;
    const on = (name: string, listener: (name: string, data: object) => void) => events.on(name, listener);
    watchSegments({ media, on }, () => {
      stops += 1;
    });
    const fail = (details = 'fragParsingError') => events.emit('hlsError', 'hlsError', { details });
    return { media, fail, stops: () => stops };
  };

  it('end the loading at the third one, once', () => {
    const { fail, stops } = begun();
    fail();
    fail('fragDecryptError');
    expect(stops()).to.equal(0);
    fail('bufferAppendError');
    fail();
    expect(stops()).to.equal(1);
  });

  it('count anew where it plays on meanwhile', () => {
    const { fail, stops, media } = begun();
    for (const sec of [5, 10, 15, 20]) {
      media.currentTime = sec;
      fail();
      fail();
    }
    expect(stops()).to.equal(0);
  });

  it('are not what a line that breaks is', () => {
    const { fail, stops } = begun();
    for (let nth = 0; nth < 9; nth += 1) fail('fragLoadError');
    expect(stops()).to.equal(0);
  });
});

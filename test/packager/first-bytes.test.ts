import { expect } from 'chai';
import { describeMedia } from '../../packager/describe-media.ts';
import { mayBeVideo } from '../../packager/source/checks/first-bytes.ts';
import { CONTAINERS, type Container, fileOf, makeVideo, realVideo } from './samples.ts';

describe('mayBeVideo()', () => {
  it('holds of whatever is a video', async () => {
    expect(mayBeVideo(await realVideo())).to.equal(true);
    for (const container of Object.keys(CONTAINERS) as Container[]) {
      const video = await makeVideo(container);
      expect(mayBeVideo(video.subarray(0, 8)), container).to.equal(true);
      expect(await describeMedia(fileOf(video)), container).not.to.equal(null);
    }
  });

  it('does not hold of texts, pictures, playlists and the like', () => {
    const others = ['', 'ftyp', 'a text of some length', '#EXTM3U\n', '\x89PNG\r\n\x1a\n', '\0\0\0\0'];
    for (const other of others) expect(mayBeVideo(Buffer.from(other, 'latin1'))).to.equal(false);
  });
});

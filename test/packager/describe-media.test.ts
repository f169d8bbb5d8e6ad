import { expect } from 'chai';
import { describeMedia } from '../../packager/describe-media.ts';
import { fileOf, makeVideo, realVideo } from './samples.ts';

describe('describeMedia()', () => {
  it('says how long a video is, how large, and in what codecs', async () => {
    expect(await describeMedia(fileOf(await realVideo()))).to.deep.equal({
      durationSec: 12.02322,
      width: 640,
      height: 360,
      codecs: ['avc1.4d401e', 'mp4a.40.2'],
    });
    for (const container of ['mp4', 'fragmented', 'mov', 'mkv', 'webm'] as const) {
      const described = await describeMedia(fileOf(await makeVideo(container, { seconds: 30, startSec: 2 })));
      expect(described, container).to.include({ width: 640, height: 360 });
      // How long the last frame is shown, WebM and MKV don't say.
      expect(described?.durationSec, container).to.be.within(29.8, 30);
    }
  });

  it('names what no browser plays too', async () => {
    const described = await describeMedia(fileOf(await makeVideo('mov', { video: 'prores', audio: null })));
    expect(described?.codecs).to.deep.equal(['apch']);
  });

  it('is null for what is no video', async () => {
    const sound = await makeVideo('mp4', { video: null });
    const broken = (await realVideo()).slice(0, 5_000);
    for (const source of ['', 'a text', '#EXTM3U\n#EXTINF:6,\nother.ts\n', sound, broken]) {
      expect(await describeMedia(fileOf(source))).to.equal(null);
    }
  });

  it('fails when the file can not be read', async () => {
    const broken = new Error('the disk is gone');
    const file = { ...fileOf(await realVideo()), read: () => Promise.reject(broken) };
    expect(await describeMedia(file).catch((error: unknown) => error)).to.equal(broken);
  });
});

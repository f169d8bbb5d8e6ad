import { expect } from 'chai';
import { planMedia } from '../../packager/plan-media.ts';
import {
  contentOf,
  type Directory,
  decrypted,
  ivOf,
  joined,
  packaged,
  segmentsOf,
  sha256,
  textOf,
} from './packaged.ts';
import { fileOf, makeVideo, packetsOf } from './samples.ts';

const PREVIEW_SEC = 7;

describe('packageMedia() with smaller renditions', () => {
  it('cuts them where the first one is cut, with its sound', async () => {
    const source = await makeVideo('mp4', { seconds: 80, startSec: 3 });
    const directory = await packaged(source, {
      previewSec: PREVIEW_SEC,
      smaller: [fileOf(await smaller({ seconds: 80, groupSec: 1 }))],
    });
    const [first, second] = [playlist(directory, 'v0'), playlist(directory, 'v1')];
    expect(second.map(({ uri, seconds }) => ({ uri, seconds }))).to.deep.equal(
      first.map(({ uri, seconds }) => ({ uri, seconds })),
    );
    const starts = startsOf(first);
    for (const [index, segment] of second.entries()) {
      const frames = await framesIn(directory, 'v1', index);
      expect(frames[0]).to.equal(`small ${(starts[index] ?? 0) * 5}`);
      expect(frames.length).to.equal(segment.seconds * 5);
    }
    const [here, there] = [await packetsOf(joined(directory)), await packetsOf(joined(directory, 'v1'))];
    expect(there.audio).to.deep.equal(here.audio);
    expect(there.video.map(({ timeSec }) => timeSec)).to.deep.equal(here.video.map(({ timeSec }) => timeSec));
  });

  it('encrypts them by the same keys with IVs of their own, and lists them all', async () => {
    const source = await makeVideo('mp4', { seconds: 80 });
    const options = { previewSec: PREVIEW_SEC, smaller: [fileOf(await smaller({ seconds: 80 }))] };
    const directory = await packaged(source, options);
    expect([...new Set(playlist(directory, 'v1').map(({ key }) => key))]).to.deep.equal([
      null,
      { uri: '../keys/0', iv: ivOf(0, 1) },
      { uri: '../keys/1', iv: ivOf(1, 1) },
    ]);
    expect(
      textOf(directory, 'master.m3u8')
        .split('\n')
        .filter((line) => !line.startsWith('#')),
    ).to.deep.equal(['v0/index.m3u8', 'v1/index.m3u8', '']);
    expect(textOf(directory, 'master.m3u8')).to.include('CODECS="vp09.00.10.08,mp4a.40.2"');
    const { renditions, files, keys } = JSON.parse(textOf(directory, 'content.json'));
    expect(renditions.map(({ path }: { path: string }) => path)).to.deep.equal([
      'v0/index.m3u8',
      'v1/index.m3u8',
    ]);
    const named = ['v0/init.mp4', 'v0/index.m3u8', 'v1/init.mp4', 'v1/index.m3u8', 'master.m3u8'];
    expect(files).to.deep.equal(
      Object.fromEntries(named.map((path) => [path, sha256(contentOf(directory, path))])),
    );
    // The first one and the keys are as they are without others.
    const alone = await packaged(source, { previewSec: PREVIEW_SEC });
    expect(keys).to.deep.equal(JSON.parse(textOf(alone, 'content.json')).keys);
    for (const [path, bytes] of alone)
      if (path.startsWith('v0/')) expect(directory.get(path)).to.deep.equal(bytes);
  });

  it('leaves out what has no key frame at a cut, or ends before', async () => {
    const source = await makeVideo('mp4', { seconds: 30 });
    const whole = await smaller({ seconds: 30, frame: 'whole' });
    const others = [await smaller({ seconds: 30, groupSec: 4 }), await smaller({ seconds: 25 }), whole];
    const directory = await packaged(source, { smaller: others.map(fileOf) });
    expect(JSON.parse(textOf(directory, 'content.json')).renditions).to.have.length(2);
    expect((await framesIn(directory, 'v1', 0))[0]).to.equal('whole 0');
    expect(directory.has('v2/init.mp4')).to.equal(false);
  });

  it('leaves out what is no video', async () => {
    const source = await makeVideo('mp4', { seconds: 30 });
    const others = ['', 'no video', await makeVideo('mp4', { seconds: 30, video: null })];
    const directory = await packaged(source, { smaller: others.map(fileOf) });
    expect(directory).to.deep.equal(await packaged(source));
  });

  it('takes other pictures in place of those with too few key frames', async () => {
    const source = await makeVideo('mkv', { seconds: 66, groupSec: 33, startSec: 9 });
    const pictures = fileOf(await smaller({ seconds: 66, groupSec: 2 }));
    expect(await planMedia(fileOf(source), { previewSec: 0 })).to.deep.include({ startsSec: null });
    const directory = await packaged(source, { pictures });
    expect((await framesIn(directory, 'v0', 0))[0]).to.equal('small 0');
    const [here, there] = [await packetsOf(joined(directory)), await packetsOf(source)];
    expect(here.audio.map(({ bytes }) => bytes)).to.deep.equal(there.audio.map(({ bytes }) => bytes));
  });
});

describe('planMedia()', () => {
  it('says where a file will be cut, from its first picture on', async () => {
    for (const container of ['mp4', 'mkv', 'webm', 'recorded'] as const) {
      const source = await makeVideo(container, { seconds: 70, groupSec: 4, startSec: 9 });
      const plan = await planMedia(fileOf(source), { previewSec: PREVIEW_SEC });
      const directory = await packaged(source, { previewSec: PREVIEW_SEC });
      const starts = startsOf(playlist(directory, 'v0'));
      expect(plan.startsSec?.map((sec) => Math.round(sec * 1e3))).to.deep.equal(
        starts.map((sec) => sec * 1e3),
      );
      expect(plan).to.deep.include({
        container: container === 'mp4' ? 'mp4' : 'matroska',
        width: 640,
        height: 360,
      });
    }
  });
});

/** Pictures that can be told from those of {@link makeVideo}; of another codec, with a sound that nobody needs. */
function smaller(shape: Parameters<typeof makeVideo>[1]) {
  return makeVideo('mp4', { video: 'vp9', frame: 'small', soundSec: 1, ...shape });
}

function playlist(directory: Directory, rendition: string) {
  return segmentsOf(textOf(directory, `${rendition}/index.m3u8`));
}

function startsOf(segments: readonly { seconds: number }[]): number[] {
  return segments.map((_, index) => segments.slice(0, index).reduce((sum, { seconds }) => sum + seconds, 0));
}

/** What stands in each frame of a segment. */
async function framesIn(directory: Directory, rendition: string, index: number): Promise<string[]> {
  const segment = decrypted(directory, rendition)[index] ?? Buffer.alloc(0);
  const file = Buffer.concat([contentOf(directory, `${rendition}/init.mp4`), segment]);
  const { video } = await packetsOf(new Uint8Array(file));
  return video.map(({ bytes }) => Buffer.from(bytes, 'base64').toString().replace(/\.+$/, ''));
}

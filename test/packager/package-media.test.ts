import { expect } from 'chai';
import { packageMedia } from '../../packager/package-media.ts';
import {
  contentOf,
  decrypted,
  ivOf,
  joined,
  keyOf,
  packaged,
  SECRET,
  segmentsOf,
  sha256,
  textOf,
} from './packaged.ts';
import { type Container, fileOf, makeVideo, packetsOf, realVideo } from './samples.ts';

const POSTER = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

describe('packageMedia()', () => {
  it('makes a directory of playlists, an init segment, segments, the poster and content.json', async () => {
    const directory = await packaged(await makeVideo('mp4'), { poster: POSTER });
    expect([...directory.keys()]).to.deep.equal([
      ...['v0/init.mp4', 'v0/0.m4s', 'v0/1.m4s', 'v0/2.m4s', 'v0/3.m4s'],
      ...['v0/index.m3u8', 'master.m3u8', 'poster.jpg', 'content.json'],
    ]);
    expect(contentOf(directory, 'poster.jpg')).to.deep.equal(Buffer.from(POSTER));
    expect([...(await packaged(await makeVideo('mp4'))).keys()]).not.to.include('poster.jpg');
  });

  it('writes the playlists as HLS has them', async () => {
    const directory = await packaged(await makeVideo('mp4', { seconds: 14 }), { previewSec: 6 });
    expect(textOf(directory, 'v0/index.m3u8').split('\n')).to.deep.equal([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:6',
      '#EXT-X-MEDIA-SEQUENCE:0',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXTINF:6.000000,',
      '0.m4s',
      `#EXT-X-KEY:METHOD=AES-128,URI="../keys/0",IV=0x${ivOf(0).toString('hex')}`,
      '#EXTINF:6.000000,',
      '1.m4s',
      '#EXTINF:2.000000,',
      '2.m4s',
      '#EXT-X-ENDLIST',
      '',
    ]);
    const { renditions } = contentOfJson(directory);
    const [{ bitrate }] = renditions;
    const peak = Math.ceil((contentOf(directory, 'v0/2.m4s').length * 8) / 2);
    expect(textOf(directory, 'master.m3u8').split('\n')).to.deep.equal([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${bitrate},CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360`,
      'v0/index.m3u8',
      '',
    ]);
  });

  it('says in content.json what the CID commits to', async () => {
    const directory = await packaged(await makeVideo('mp4', { seconds: 140 }), { previewSec: 60 });
    const sizes = segmentsOf(textOf(directory, 'v0/index.m3u8')).map(
      ({ uri }) => contentOf(directory, `v0/${uri}`).length,
    );
    const bitrate = Math.ceil((sizes.reduce((sum, size) => sum + size) * 8) / 140);
    expect(contentOfJson(directory)).to.deep.equal({
      version: 1,
      duration_sec: 140,
      unit_sec: 60,
      units: 3,
      unit_starts: [0, 60, 120],
      preview_sec: 60,
      renditions: [
        {
          path: 'v0/index.m3u8',
          width: 640,
          height: 360,
          bitrate,
          codecs: 'avc1.4d401e,mp4a.40.2',
          not_safari: false,
        },
      ],
      keys: [null, sha256(keyOf(1)), sha256(keyOf(2))],
      files: {
        'v0/init.mp4': sha256(contentOf(directory, 'v0/init.mp4')),
        'v0/index.m3u8': sha256(contentOf(directory, 'v0/index.m3u8')),
        'master.m3u8': sha256(contentOf(directory, 'master.m3u8')),
      },
    });
    expect([...directory.keys()].at(-1)).to.equal('content.json');
  });

  it('encrypts each unit by its own key, with an explicit IV, after a clear preview', async () => {
    const directory = await packaged(await makeVideo('mp4', { seconds: 80 }), { previewSec: 7 });
    const segments = segmentsOf(textOf(directory, 'v0/index.m3u8'));
    let at = 0;
    for (const { uri, seconds, key } of segments) {
      const unit = at >= 60 ? 1 : 0;
      if (at < 7) expect(key, uri).to.equal(null);
      else expect(key, uri).to.deep.equal({ uri: `../keys/${unit}`, iv: ivOf(unit) });
      const isClear = contentOf(directory, `v0/${uri}`).includes('frame ');
      expect(isClear, uri).to.equal(at < 7);
      at += seconds;
    }
    expect(at).to.equal(80);
    for (const segment of decrypted(directory)) expect(segment.includes('frame ')).to.equal(true);
  });

  it('leaves all clear without a secret, in the same segments', async () => {
    const source = await makeVideo('mp4', { seconds: 80 });
    const [clear, encrypted] = [await packaged(source, { secret: null }), await packaged(source)];
    expect([...clear.keys()]).to.deep.equal([...encrypted.keys()]);
    expect(textOf(clear, 'v0/index.m3u8')).not.to.include('EXT-X-KEY');
    expect(
      segmentsOf(textOf(clear, 'v0/index.m3u8')).map(({ uri }) => contentOf(clear, `v0/${uri}`)),
    ).to.deep.equal(decrypted(encrypted));
    const { unit_starts, keys } = contentOfJson(clear);
    expect({ unit_starts, keys }).to.deep.equal({ unit_starts: [0, 60], keys: [null, null] });
    expect(await packaged(source, { secret: null, previewSec: 7 })).to.deep.equal(clear);
  });

  it('says with each file how much of the video is done', async () => {
    const parts: number[] = [];
    const source = fileOf(await makeVideo('mkv', { seconds: 40, startSec: 100 }));
    for await (const { path, part } of packageMedia(source, { secret: SECRET, previewSec: 0 })) {
      if (path.endsWith('.m4s')) parts.push(Math.round(part * 1e6) / 1e6);
      else if (path !== 'v0/init.mp4') expect(part, path).to.equal(1);
    }
    // The last frame comes after 39.8 s.
    expect(parts).to.deep.equal(
      [6, 12, 18, 24, 30, 36, 39.8].map((seconds) => Math.round((seconds / 39.8) * 1e6) / 1e6),
    );
  });

  it('gives the last seconds to the unit before when they are fewer than 15', async () => {
    for (const [seconds, units] of [
      [74, 1],
      [75, 2],
    ] as const) {
      const directory = await packaged(await makeVideo('mp4', { seconds, groupSec: 1 }));
      expect(contentOfJson(directory).units, `${seconds} s`).to.equal(units);
      const last = segmentsOf(textOf(directory, 'v0/index.m3u8')).at(-1);
      expect(last?.key?.uri).to.equal(`../keys/${units - 1}`);
    }
  });

  for (const container of ['mp4', 'fragmented', 'mov', 'mkv', 'webm', 'recorded'] satisfies Container[]) {
    it(`keeps each packet of ${container}, and when it is shown`, async () => {
      const source = await makeVideo(container, { seconds: 31 });
      await sameSamples(source);
    });
  }

  it('keeps each packet of a real video, whose frames are not shown in the order in which they are decoded', async () => {
    await sameSamples(await realVideo());
  });

  it('starts at zero wherever the source starts', async () => {
    const source = await makeVideo('mkv', { startSec: 3_600 });
    await sameSamples(source);
    expect(contentOfJson(await packaged(source)).duration_sec).to.equal(20);
  });

  it('keeps a video without sound', async () => {
    const source = await makeVideo('mp4', { audio: null });
    await sameSamples(source);
    expect(textOf(await packaged(source), 'master.m3u8')).to.include('CODECS="avc1.4d401e"');
  });

  it('is the same for the same source and secret, at any time', async () => {
    const source = await realVideo();
    const first = await packaged(source, { poster: POSTER, previewSec: 3 });
    const realNow = Date.now;
    Date.now = () => realNow() + 10 * 365 * 86_400_000;
    try {
      expect(await packaged(source, { poster: POSTER, previewSec: 3 })).to.deep.equal(first);
    } finally {
      Date.now = realNow;
    }
    const other = await packaged(source, {
      secret: new Uint8Array(32).fill(8),
      previewSec: 3,
      poster: POSTER,
    });
    for (const path of ['v0/init.mp4', 'v0/0.m4s']) expect(other.get(path)).to.deep.equal(first.get(path));
    for (const path of ['v0/1.m4s', 'v0/index.m3u8', 'content.json']) {
      expect(other.get(path)).not.to.deep.equal(first.get(path));
    }
  });

  it('carries no titles, places or times of the source', async () => {
    const tags = {
      title: 'a title',
      comment: 'a comment',
      date: new Date('2001-02-03'),
      raw: { '©xyz': '+12.3+045.6/' },
    };
    const source = await makeVideo('mov', { tags });
    expect(Buffer.from(source).includes('a title')).to.equal(true);
    expect(Buffer.from(source).includes('+12.3+045.6/')).to.equal(true);
    const bytes = joined(await packaged(source));
    for (const word of [
      'a title',
      'a comment',
      'a name of a track',
      '2001',
      '+12.3+045.6/',
      'udta',
      'meta',
    ]) {
      expect(Buffer.from(bytes).includes(word), word).to.equal(false);
    }
  });

  it('says what Safari does not play', async () => {
    expect(contentOfJson(await packaged(await makeVideo('webm'))).renditions[0].not_safari).to.equal(true);
  });

  it('refuses a secret, a preview and a poster that are none', async () => {
    const source = await makeVideo('mp4');
    const fails = async (options: Parameters<typeof packaged>[1]) => {
      const error = await packaged(source, options).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(RangeError);
    };
    await fails({ secret: SECRET.slice(1) });
    for (const previewSec of [-1, 0.5, 61]) await fails({ previewSec });
    await fails({ poster: new Uint8Array([1, 2, 3]) });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: it is compared, not used
function contentOfJson(directory: Awaited<ReturnType<typeof packaged>>): any {
  return JSON.parse(textOf(directory, 'content.json'));
}

/** Times are compared to a millisecond: the source's containers know them no better. */
async function sameSamples(source: Uint8Array<ArrayBuffer>): Promise<void> {
  const before = await packetsOf(source);
  const after = await packetsOf(joined(await packaged(source, { previewSec: 6 })));
  const startSec = Math.min(...[...before.video, ...before.audio].map(({ timeSec }) => timeSec));
  for (const kind of ['video', 'audio'] as const) {
    expect(after[kind].map(({ bytes }) => bytes)).to.deep.equal(before[kind].map(({ bytes }) => bytes));
    expect(after[kind].map(({ type }) => type)).to.deep.equal(before[kind].map(({ type }) => type));
    for (const [index, { timeSec }] of after[kind].entries()) {
      const expectedSec = (before[kind][index]?.timeSec ?? 0) - startSec;
      expect(Math.abs(timeSec - expectedSec)).to.be.lessThan(0.001);
    }
  }
}

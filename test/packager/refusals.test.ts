import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { MediaRefused } from '../../packager/errors.ts';
import { packageMedia } from '../../packager/package-media.ts';
import { all, packaged, SECRET } from './packaged.ts';
import { fileOf, makeVideo, REAL_VIDEO, realVideo } from './samples.ts';

describe('packageMedia() refuses', () => {
  it('what is no MP4, MOV, WebM or MKV', async () => {
    for (const source of ['', 'no video', '\0'.repeat(10_000), 'RIFF....WAVEfmt '.padEnd(5_000, ' ')]) {
      const { reason, message } = await refusal(source);
      expect({ reason, message }).to.deep.equal({
        reason: 'unknown_format',
        message: 'This is no MP4, MOV, WebM or MKV file.',
      });
    }
  });

  it('a playlist that names other files, and reads none of them', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const names = [`http://127.0.0.1:${port}/segment.ts`, `file://${REAL_VIDEO}`, REAL_VIDEO];
      for (const name of names) {
        const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${name}\n#EXT-X-ENDLIST\n`;
        expect((await refusal(playlist)).reason).to.equal('unknown_format');
        const master = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${name}\n`;
        expect((await refusal(master)).reason).to.equal('unknown_format');
        expect((await refusal(`ffconcat version 1.0\nfile '${name}'\n`)).reason).to.equal('unknown_format');
      }
      expect(asked).to.deep.equal([]);
    } finally {
      server.close();
    }
  });

  it('sound alone', async () => {
    for (const container of ['mp4', 'mkv', 'webm'] as const) {
      const { reason, message } = await refusal(await makeVideo(container, { video: null }));
      expect({ reason, message }).to.deep.equal({ reason: 'no_video', message: 'The file has no video.' });
    }
  });

  it('codecs that no browser plays, by name', async () => {
    const vp8 = await refusal(await makeVideo('webm', { video: 'vp8' }));
    expect(vp8).to.include({ reason: 'codec_not_playable', codec: 'vp8' });
    expect(vp8.message).to.equal('No browser plays video in vp8 by HLS.');
    expect(await refusal(await makeVideo('mov', { video: 'prores' }))).to.include({ codec: 'prores' });
    const sound = await refusal(await makeVideo('mov', { audio: 'pcm-s16' }));
    expect(sound.message).to.equal('No browser plays audio in pcm-s16 by HLS.');
  });

  it('codecs that it does not know, by what the file calls them', async () => {
    const source = Buffer.from(await realVideo());
    source.write('xyz1', source.indexOf('avc1', source.indexOf('stsd')));
    expect(await refusal(new Uint8Array(source))).to.include({ reason: 'codec_not_playable', codec: 'xyz1' });
  });

  it('what is encrypted already', async () => {
    for (const container of ['mp4', 'fragmented', 'mov'] as const) {
      for (const [name, encrypted] of [
        ['avc1', 'encv'],
        ['mp4a', 'enca'],
      ] as const) {
        const source = Buffer.from(await makeVideo(container));
        source.write(encrypted, source.indexOf(name, source.indexOf('stsd')));
        const { reason, message } = await refusal(new Uint8Array(source));
        expect({ reason, message }, `${container} ${name}`).to.deep.equal({
          reason: 'encrypted',
          message: 'The video is encrypted already: only a player with its key can read it.',
        });
      }
    }
    for (const container of ['mkv', 'webm', 'recorded'] as const) {
      const source = Buffer.from(await makeVideo(container));
      // The name of a track (17 letters) gives way to how it is encrypted, which is void.
      const at = source.indexOf(Buffer.from('536e91', 'hex'));
      source.write('6d8091 62408e 50358b ec89'.replaceAll(' ', ''), at, 'hex');
      expect((await refusal(new Uint8Array(source))).reason, container).to.equal('encrypted');
    }
  });

  it('more than 20 s without a key frame, but not 20 s', async () => {
    const { reason, message } = await refusal(await makeVideo('mp4', { seconds: 70, groupSec: 21 }));
    expect({ reason, message }).to.deep.equal({
      reason: 'key_frames_too_rare',
      message: 'More than 20 s stand without a key frame; it can be cut only at key frames.',
    });
    expect(
      (await packaged(await makeVideo('mp4', { seconds: 70, groupSec: 20 }))).has('content.json'),
    ).to.equal(true);
  });

  it('sound that goes on for more than 20 s after the last key frame', async () => {
    const source = await makeVideo('mkv', { seconds: 10, soundSec: 40 });
    expect((await refusal(source)).reason).to.equal('key_frames_too_rare');
  });

  it('more than 50 hours, at once', async () => {
    const apartSec = 50 * 3_600 + 1;
    const shape = { seconds: 2 * apartSec, groupSec: apartSec, framesPerSec: 1 / apartSec, audio: null };
    const source = await makeVideo('mkv', shape);
    const { reason, message } = await refusal(source);
    expect({ reason, message }).to.deep.equal({
      reason: 'too_long',
      message: 'The video is longer than 50 hours.',
    });
  });

  it('a file that breaks off', async () => {
    const source = await realVideo();
    const { reason, message } = await refusal(source.slice(0, source.length - 100_000));
    expect({ reason, message }).to.deep.equal({
      reason: 'damaged',
      message: 'The file is damaged: its end is missing.',
    });
  });

  it('an index that names the same bytes again and again', async () => {
    const source = Buffer.from(await makeVideo('mp4', { audio: null }));
    const padding = Buffer.from(
      '00011170'.concat(Buffer.from('free').toString('hex')).padEnd(2 * 0x11170, '0'),
      'hex',
    );
    for (const [sampleBytes, isRefused] of [
      [700, false],
      [20_000, true],
    ] as const) {
      source.writeUInt32BE(sampleBytes, source.indexOf('stsz') + 8);
      const crafted = new Uint8Array(Buffer.concat([source, padding]));
      if (!isRefused) expect((await packaged(crafted)).has('content.json')).to.equal(true);
      else {
        const { reason, message } = await refusal(crafted);
        expect({ reason, message }).to.deep.equal({
          reason: 'damaged',
          message: 'The file is damaged: its index names more than it holds.',
        });
      }
    }
  });

  it('an index that names more samples than the file has bytes', async () => {
    const tables = [
      ['mp4', 'stts', 12],
      ['mp4', 'stsc', 16],
      ['fragmented', 'trun', 8],
    ] as const;
    for (const [container, table, at] of tables) {
      const source = Buffer.from(await makeVideo(container));
      source.writeUInt32BE(0xffff_ffff, source.indexOf(table) + at);
      const { reason, message } = await refusal(new Uint8Array(source));
      expect({ reason, message }, table).to.deep.equal({
        reason: 'damaged',
        message: 'The file is damaged: its index names more samples than it can hold.',
      });
    }
  });

  it('an MKV file with something that is no element', async () => {
    const source = Buffer.from(await makeVideo('mkv'));
    // The size of the tracks: none begins with a zero.
    const info = source.indexOf(Buffer.from('1549a966', 'hex'), 100);
    source[source.indexOf(Buffer.from('1654ae6b', 'hex'), info) + 4] = 0;
    const { reason, message } = await refusal(new Uint8Array(source));
    expect({ reason, message }).to.deep.equal({
      reason: 'damaged',
      message: 'The file is damaged: an element of it cannot be read.',
    });
  });

  it('nothing when the file can not be read: then the error is that of reading', async () => {
    const broken = new Error('the disk is gone');
    const file = { ...fileOf(await realVideo()), read: () => Promise.reject(broken) };
    const error = await all(packageMedia(file, { secret: SECRET, previewSec: 0 })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.equal(broken);
  });
});

async function refusal(source: Uint8Array<ArrayBuffer> | string): Promise<MediaRefused> {
  const error: unknown = await packaged(source).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MediaRefused)) throw new Error('It was not refused.', { cause: error });
  return error;
}

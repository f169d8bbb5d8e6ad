import { expect } from 'chai';
import { checkFile } from '../../client/content/content.ts';
import { checkUnits } from '../../client/content/playlist.ts';
import { packaged, sha256, textOf } from '../packager/packaged.ts';
import { makeVideo } from '../packager/samples.ts';
import { rejection } from '../rejection.ts';
import { type Change, changing, type Selling, type SoldVideo, startSelling } from './selling.ts';

describe('openVideo', () => {
  let selling: Selling;
  let of: SoldVideo;
  before(async () => {
    selling = await startSelling();
    of = await selling.sold({ seconds: 150, previewSec: 20 });
  });
  after(() => selling.stop());

  const refused = async (change: Change, code = 'content_mismatch', sold = of) =>
    expect(await rejection(selling.video(sold, { fetch: changing(change) }))).to.include({ code });

  it('reads what the CID commits to at the gate', async () => {
    const { content } = await selling.video(of);
    expect(content.durationSec).to.equal(150);
    expect(content.unitStartsSec).to.deep.equal([0, 60, 120]);
    expect(content.keyHashes.map((hash) => hash?.length)).to.deep.equal([64, 64, 64]);
    expect(Object.keys(content.fileHashes)).to.have.members(['master.m3u8', 'v0/index.m3u8', 'v0/init.mp4']);
    expect((await selling.video({ ...of, playUrl: `${of.playUrl}/` })).seller.url).to.equal(of.playUrl);
  });

  it('believes no block that the CID does not name', async () => {
    await refused((url, bytes) => (url.endsWith('format=raw') ? flipped(bytes) : null));
    await refused((url, bytes) =>
      url.endsWith('content.json') ? String(Buffer.from(bytes)).replace(':150', ':151') : null,
    );
    const other = await selling.sold({ seconds: 20 });
    const swapped = { ...other, cid: of.cid };
    expect(await rejection(selling.video(swapped))).to.include({ code: 'content_mismatch' });
  });

  it('takes no clear file for a video, nor another spelling that it can not check', async () => {
    const file = await selling.api.add('a clear file');
    for (const cid of [file, 'zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA', '', of.cid.slice(0, -1)]) {
      const sold = { ...of, cid };
      expect(await rejection(selling.video(sold)), cid).to.include({ code: 'content_mismatch' });
    }
  });

  it('says that the seller is not there, or what it answers', async () => {
    const away = { ...of, playUrl: 'http://127.0.0.1:1/play/a' };
    expect(await rejection(selling.video(away))).to.include({
      code: 'seller_unreachable',
      retryable: true,
    });
    const elsewhere = { ...of, playUrl: `${selling.api.url}/nothing` };
    expect(await rejection(selling.video(elsewhere))).to.include({
      code: 'seller_refused',
      status: 404,
    });
  });

  it('checks playlists and init segments by their hashes', async () => {
    const { content, seller } = await selling.video(of);
    for (const path of ['master.m3u8', 'v0/index.m3u8', 'v0/init.mp4']) {
      const bytes = await seller.bytes(`/${path}`);
      await checkFile(content, path, bytes);
      expect(await rejection(checkFile(content, path, flipped(bytes))), path).to.include({
        code: 'playlist_refused',
      });
    }
    const segment = await seller.bytes('/v0/0.m4s');
    for (const path of ['v0/0.m4s', '__proto__', 'toString']) {
      expect(await rejection(checkFile(content, path, segment)), path).to.include({
        code: 'playlist_refused',
      });
    }
  });
});

describe('a playlist', () => {
  it('is taken as it is packaged, wherever the key frames are', async () => {
    for (const shape of [
      { seconds: 200, groupSec: 7 },
      { seconds: 130, groupSec: 19, startSec: 3 },
      { seconds: 76 },
    ]) {
      for (const previewSec of [0, 20, 60]) {
        const directory = await packaged(await makeVideo('mp4', shape), { previewSec });
        const playlist = textOf(directory, 'v0/index.m3u8');
        expect(() => checkUnits(playlist)).not.to.throw();
        expect(playlist).to.include('#EXT-X-KEY');
      }
    }
  });

  it('is refused where a key comes before its minute, twice, or from elsewhere', async () => {
    const playlist = textOf(await packaged(await makeVideo('mp4', { seconds: 200 })), 'v0/index.m3u8');
    const keys = [...playlist.matchAll(/#EXT-X-KEY.*\n/g)].map(([line]) => line);
    const [first = '', second = '', third = ''] = keys;
    let next = 1;
    const each = playlist
      .replaceAll(/#EXT-X-KEY.*\n/g, '')
      .replaceAll('#EXTINF', () => `${first.replace('keys/0', `keys/${next++}`)}#EXTINF`)
      .replace('keys/1', 'keys/0');
    const changed = [
      // Another key every few seconds, as if each were a minute: the next one, or a unit that is not there.
      each,
      playlist.replace('3.m4s\n', `3.m4s\n${second}`),
      playlist.replace(second, third),
      playlist.replace('#EXTINF', `${second}#EXTINF`),
      playlist.replace(second, first),
      playlist.replace('../keys/1', 'https://elsewhere.example.org/keys/1'),
      playlist.replace('../keys/1', '../keys/01'),
      playlist.replace('AES-128', 'SAMPLE-AES'),
    ];
    expect(new Set([playlist, ...changed]).size).to.equal(9);
    for (const text of changed) {
      expect(() => checkUnits(text), text.slice(0, 400))
        .to.throw()
        .with.property('code', 'playlist_refused');
    }
    const bytes = new TextEncoder().encode(changed[0]);
    // A creator can commit a CID to anything.
    const content = {
      cid: '',
      durationSec: 130,
      unitStartsSec: [0],
      keyHashes: [null],
      captions: [],
      fileHashes: { 'a.m3u8': sha256(bytes) },
    };
    expect(await rejection(checkFile(content, 'a.m3u8', bytes))).to.include({
      code: 'playlist_refused',
    });
  });
});

function flipped(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}

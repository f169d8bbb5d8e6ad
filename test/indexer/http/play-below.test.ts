import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { bytesOf, CHUNK } from '../media/content.ts';
import { type Answer, expectProblem } from './api.ts';
import { contentJson, entries, PROTECTED } from './gateway/server.ts';
import { type Playing, type Sold, startPlaying } from './playing.ts';

const SIZE = CHUNK + 1_234;
const FILES = {
  ...{
    'master.m3u8': '#EXTM3U\n',
    'content.json': PROTECTED,
    'v0/index.m3u8': '#EXTM3U\n',
    'v0/0.m4s': SIZE,
  },
  ...{ 'keys/0': 'no key of it', 'site/index.html': '<script>alert(1)</script>' },
};
const TOKEN = '~AAAAAAAAAAAAAAAAAAAAAA';

describe('GET /play/{cid}/{path}', () => {
  let host: Playing;
  let video: Sold;
  let plain: string;
  before(async () => {
    host = await startPlaying();
    const { storage } = host.api.deps;
    video = await host.sold({ cid: (await storage.addDirectory(entries(FILES))).cid });
    const { 'content.json': _, ...rest } = FILES;
    plain = (await host.sold({ cid: (await storage.addDirectory(entries(rest))).cid })).cid;
  });
  after(() => host.stop());

  async function problemOf(path: string, init?: RequestInit): Promise<Answer> {
    const answer = await host.play(path, init);
    const body = (await answer.json()) as Answer['body'];
    return { status: answer.status, headers: answer.headers, body };
  }

  it('serves what stands in a packaged video to everybody, for ever, with a token in its path or without', async () => {
    for (const base of [video.cid, `${TOKEN}/${video.cid}`, `%7E${TOKEN.slice(1)}/${video.cid}`]) {
      const whole = await host.play(`${base}/v0/0.m4s`);
      expect(whole.status, base).to.equal(200);
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytesOf(0, SIZE))).to.equal(true);
      const found = await host.api.deps.storage.find(video.cid, 'v0/0.m4s');
      expect(Object.fromEntries(whole.headers)).to.include({
        'cache-control': 'public, max-age=29030400, immutable',
        'access-control-allow-origin': '*',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        etag: `"${found?.cid}"`,
      });
      const part = await host.play(`${base}/v0/0.m4s`, { headers: { range: `bytes=${CHUNK - 5}-${CHUNK}` } });
      expect(part.status).to.equal(206);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytesOf(CHUNK - 5, 6))).to.equal(true);
      const playlist = await host.play(`${base}/master.m3u8`, { method: 'HEAD' });
      expect(playlist.headers.get('content-type')).to.equal('application/vnd.apple.mpegurl');
    }
  });

  it('tells no length of a whole segment to VLC 3, which would end there now and then', async () => {
    const lengthFor = async (player: string, path: string, more = {}) => {
      const headers = { 'user-agent': player, ...more };
      const answer = await host.play(`${TOKEN}/${video.cid}/${path}`, { headers });
      await answer.arrayBuffer();
      return answer.headers.get('content-length');
    };
    const vlc = 'VLC/3.0.24 LibVLC/3.0.24';
    expect(await lengthFor(vlc, 'v0/0.m4s')).to.equal(null);
    expect(await lengthFor(vlc, 'v0/0.m4s', { range: 'bytes=1-5' })).to.equal('5');
    expect(await lengthFor(vlc, 'master.m3u8')).to.equal('8');
    expect(await lengthFor('Lavf/59.27.100', 'v0/0.m4s')).to.equal(String(SIZE));
  });

  it('lists its directories, and runs nothing that stands in them', async () => {
    const moved = await host.play(video.cid, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).to.deep.equal([301, `/play/${video.cid}/`]);
    const page = await host.play(`${video.cid}/v0/`);
    expect(await page.text()).to.contain(`href="/play/${video.cid}/v0/index.m3u8"`);
    const script = await host.play(`${video.cid}/site/index.html`);
    expect(script.headers.get('content-type')).to.equal('application/octet-stream');
    const index = await host.play(`${video.cid}/site/`);
    expect(index.headers.get('content-type')).to.equal('application/octet-stream');
  });

  it('has no keys among its files, and nothing else that is not there', async () => {
    const key = await problemOf(`${video.cid}/keys/0`);
    expectProblem(key, 404, 'not_offered', 'cid'); // Whoever it is sold for, this host does not have its secret.
    for (const path of ['keys', 'keys/', 'keys/0/1', '/keys/0', '%6beys%2F0', 'v0/9.m4s', 'nothing']) {
      for (const base of [video.cid, `${TOKEN}/${video.cid}`]) {
        expectProblem(await problemOf(`${base}/${path}`), 404, 'media_not_found', 'cid');
      }
    }
    expectProblem(await problemOf(`nothing/v0`), 400, 'bad_cid', 'cid');
  });

  it('serves nothing of a directory that is sold and no packaged video', async () => {
    for (const path of [plain, `${plain}/`, `${plain}/master.m3u8`, `${TOKEN}/${plain}/v0/0.m4s`]) {
      expectProblem(await problemOf(path), 404, 'media_not_found', 'cid');
    }
    expect((await fetch(`${host.api.url}/ipfs/${plain}/master.m3u8`)).status).to.equal(402);
  });

  it('sells a video that is packaged clear and has a price as it sells a file', async () => {
    const files = entries({ ...FILES, 'content.json': contentJson([null]) });
    const { cid } = await host.api.deps.storage.addDirectory(files);
    expect((await host.play(`${cid}/v0/0.m4s`)).headers.get('cache-control')).to.contain('immutable');
    const clear = await host.sold({ cid });
    for (const path of [cid, `${cid}/v0/0.m4s`, `${cid}/content.json`]) {
      expectProblem(await problemOf(path), 402, 'payment_required', 'cid');
    }
    expectProblem(await problemOf(`${TOKEN}/${cid}/v0/0.m4s`), 401, 'token_invalid', 'token');
    await host.pay(clear);
    const paid = await host.play(`~${await host.token(clear)}/${cid}/v0/0.m4s`);
    expect([paid.status, paid.headers.get('cache-control')]).to.deep.equal([200, 'private, no-cache']);
    expect((await fetch(`${host.api.url}/ipfs/${cid}/v0/0.m4s`)).status).to.equal(402);
  });

  it('shows blocks as they are, by which clients check what it is before they pay', async () => {
    for (const [path, of] of [
      ['', video.cid],
      ['/content.json', (await host.api.deps.storage.find(video.cid, 'content.json'))?.cid],
    ]) {
      const answer = await host.play(`${video.cid}${path}?format=raw`);
      expect(answer.headers.get('content-type')).to.equal('application/vnd.ipld.raw');
      const digest = createHash('sha256')
        .update(new Uint8Array(await answer.arrayBuffer()))
        .digest('hex');
      expect(digest).to.equal(Buffer.from(CID.parse(String(of)).multihash.digest).toString('hex'));
    }
    const { storage } = host.api.deps;
    const clear = { ...FILES, 'content.json': contentJson([null]), 'v0/1.m4s': 7 };
    const sold = await host.sold({ cid: (await storage.addDirectory(entries(clear))).cid });
    for (const path of ['', '/v0/0.m4s']) {
      expectProblem(await problemOf(`${sold.cid}${path}?format=raw`), 402, 'payment_required', 'cid');
    }
    await host.pay(sold);
    const paid = await host.play(`~${await host.token(sold)}/${sold.cid}?format=raw`);
    expect([paid.status, paid.headers.get('content-type')]).to.deep.equal([200, 'application/vnd.ipld.raw']);
  });

  it('has no other formats, and takes no other method', async () => {
    expectProblem(await problemOf(`${video.cid}/v0?format=car`), 406, 'not_acceptable', 'format');
    const post = await host.play(`${video.cid}/v0/0.m4s`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD']);
    const access = await host.play(`${video.cid}/access`);
    expect([access.status, access.headers.get('allow')]).to.deep.equal([405, 'POST']);
  });

  it('is 451 where the video, or a file of it, is taken down', async () => {
    const { api } = host;
    const segment = String((await api.deps.storage.find(video.cid, 'v0/0.m4s'))?.cid);
    for (const cid of [segment, video.cid]) {
      const change = (method: string, query: string) =>
        api.call(method, `/takedowns/${cid}?by=ann${query}`, { headers: api.asOperator });
      await change('PUT', '&reason=test');
      expectProblem(await problemOf(`${video.cid}/v0/0.m4s`), 451, 'taken_down', 'cid');
      await change('DELETE', '');
    }
    expect((await host.play(`${video.cid}/v0/0.m4s`)).status).to.equal(200);
  });

  it('says no token in the log', () => {
    expect(JSON.stringify(host.api.logged)).to.not.contain(TOKEN.slice(1));
  });
});

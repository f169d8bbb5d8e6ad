import { expect } from 'chai';
import { bytesOf, CHUNK, file } from '../media/content.ts';
import { entries, pieces, startGateway } from './gateway/server.ts';

const SIZE = 3 * CHUNK + 1234;
const ODD = '<b onclick="x">&\'#%?.txt';
const FILES = {
  'master.m3u8': '#EXTM3U\n',
  'v0/0.m4s': SIZE,
  'v0/init.mp4': 'init',
  'site/index.html': '<script>alert(1)</script>',
  'page.svg': '<svg onload="alert(1)"/>',
  'content.json': '{}',
  [ODD]: 'odd',
};

describe('GET /ipfs/{cid}/{path}', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let root: string;
  let v0: string;
  let media: string;

  before(async () => {
    gateway = await startGateway();
    root = (await gateway.storage.addDirectory(entries(FILES))).cid;
    const find = async (path: string) => String((await gateway.storage.find(root, path))?.cid);
    v0 = await find('v0');
    media = await find('v0/0.m4s');
  });
  after(() => gateway.stop());

  const get = (...args: Parameters<typeof gateway.get>) => gateway.get(...args);
  const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());
  const expectProblem = async (response: Response, status: number, code: string) => {
    expect([response.status, await response.json()]).to.deep.equal([status, { code }]);
    expect(response.headers.get('cache-control')).to.equal(null);
  };

  it('serves a file by its path, whole and by range, under its own ETag', async () => {
    const whole = await get(`${root}/v0/0.m4s`);
    expect((await bytes(whole)).equals(bytesOf(0, SIZE))).to.equal(true);
    expect(Object.fromEntries(whole.headers)).to.include({
      'cache-control': 'public, max-age=29030400, immutable',
      etag: `"${media}"`,
      'x-content-type-options': 'nosniff',
      'x-ipfs-path': `/ipfs/${root}/v0/0.m4s`,
      'x-ipfs-roots': `${root},${v0},${media}`,
    });
    const part = await get(`${root}/v0/0.m4s`, { range: `bytes=${CHUNK - 5}-${CHUNK + 4}` });
    expect(part.status).to.equal(206);
    expect((await bytes(part)).equals(bytesOf(CHUNK - 5, 10))).to.equal(true);
    const known = await get(`${root}/v0/0.m4s`, { 'if-none-match': `"${media}"` });
    expect(known.status).to.equal(304);
  });

  it('reads names as they are encoded, and empty ones as none', async () => {
    expect(await (await get(`${root}/${encodeURIComponent(ODD)}`)).text()).to.equal('odd');
    for (const path of ['v0//init.mp4', 'v0%2Finit.mp4', '%76%30/init%2emp4'])
      expect(await (await get(`${root}/${path}`)).text(), path).to.equal('init');
  });

  it('tells types by the names of files, and what could run as a page as bytes', async () => {
    const typeOf = async (path: string) => (await get(`${root}/${path}`)).headers.get('content-type');
    expect(await typeOf('master.m3u8')).to.equal('application/vnd.apple.mpegurl');
    expect(await typeOf('v0/init.mp4')).to.equal('video/mp4');
    expect(await typeOf('content.json')).to.equal('application/json; charset=utf-8');
    for (const page of ['site/index.html', 'page.svg']) {
      expect(await typeOf(page), page).to.equal('application/octet-stream');
      expect(await typeOf(`${page}?filename=a.html`), page).to.equal('application/octet-stream');
    }
  });

  it('sends a directory to its address with a slash, on this host whatever is asked', async () => {
    for (const [path, location] of [
      [root, `/ipfs/${root}/`],
      [`${root}/v0?a=b&c`, `/ipfs/${root}/v0/?a=b&c`],
    ] as const) {
      const response = await get(path);
      expect(response.status).to.equal(301);
      expect(response.headers.get('location')).to.equal(location);
    }
  });

  it('lists a directory in a page that runs nothing', async () => {
    const response = await get(`${root}/`);
    const page = await response.text();
    expect(Object.fromEntries(response.headers)).to.include({
      'cache-control': 'public, max-age=604800, stale-while-revalidate=2678400',
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      etag: `"DirIndex-1_CID-${root}"`,
    });
    expect(response.headers.get('content-security-policy')).to.match(/^default-src 'none'; .*sandbox/);
    expect(page).to.contain('>page.svg</a>').and.to.contain('>v0/</a>');
    expect(page).to.contain('>&lt;b onclick=&#34;x&#34;&gt;&amp;&#39;#%?.txt</a>');
    expect(page).to.contain(`href="/ipfs/${root}/v0/"`);
    expect(page).to.not.match(/<script|<b |<svg/);
    const link = /href="([^"]*onclick[^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    expect(await (await fetch(gateway.origin + link)).text()).to.equal('odd');
  });

  it('answers with the index.html of a directory, as bytes', async () => {
    const response = await get(`${root}/site/`);
    expect(response.status).to.equal(200);
    expect(await response.text()).to.equal(FILES['site/index.html']);
    const file = await get(`${root}/site/index.html`, {}, 'HEAD');
    expect(response.headers.get('etag')).to.equal(`"${(await gateway.storage.find(root, 'site'))?.cid}"`);
    for (const name of ['content-type', 'cache-control', 'x-content-type-options'])
      expect(response.headers.get(name), name).to.equal(file.headers.get(name));
    expect(file.headers.get('content-type')).to.equal('application/octet-stream');
  });

  it('says of a listing that the client has it, and its headers to HEAD', async () => {
    const etag = `"DirIndex-1_CID-${v0}"`;
    expect((await get(`${root}/v0/`, { 'if-none-match': `W/${etag}` })).status).to.equal(304);
    const head = await get(`${root}/v0/`, {}, 'HEAD');
    expect([head.status, head.headers.get('etag'), await head.text()]).to.deep.equal([200, etag, '']);
  });

  it('finds one of many files in the shards of a large directory, and lists them all', async () => {
    const nameOf = (index: number) => `${'a long name '.repeat(16)}${index}`;
    const many = Object.fromEntries(
      Array.from({ length: 1_200 }, (_, index) => [nameOf(index), `file ${index}`]),
    );
    const { cid } = await gateway.storage.addDirectory(entries(many));
    expect(await (await get(`${cid}/${encodeURIComponent(nameOf(471))}`)).text()).to.equal('file 471');
    await expectProblem(await get(`${cid}/${encodeURIComponent(nameOf(1_200))}`), 404, 'media_not_found');
    const page = await (await get(`${cid}/`)).text();
    expect(page.match(/<tr>/g)).to.have.length(1_200);
    expect(page).to.contain(`>${nameOf(1_199)}</a>`);
  });

  it('finds a part of what is kept by its own CID', async () => {
    expect(await (await get(`${v0}/init.mp4`)).text()).to.equal('init');
    const [, leaf = ''] = gateway.storage.linksOf(media);
    const response = await get(leaf, { range: 'bytes=5-9' });
    expect(response.headers.get('content-range')).to.equal(`bytes 5-9/${CHUNK}`);
    expect((await bytes(response)).equals(bytesOf(CHUNK + 5, 5))).to.equal(true);
  });

  it('has nothing below a file, at a name that is not there, or of what is kept no more', async () => {
    for (const path of ['master.m3u8/a', 'v0/nothing', 'nothing/at/all'])
      await expectProblem(await get(`${root}/${path}`), 404, 'media_not_found');
    const { cid } = await gateway.storage.addDirectory(entries({ a: 'of a directory that goes' }));
    await gateway.storage.remove(cid);
    await expectProblem(await get(`${cid}/a`), 404, 'media_not_found');
    const onlyIfCached = { 'cache-control': 'only-if-cached' };
    await expectProblem(await get(`${root}/nothing`, onlyIfCached), 412, 'not_cached');
  });

  it('serves a range that is here though the rest of its file is not', async () => {
    const { cid } = await gateway.storage.add(file(SIZE + 1));
    const [first = '', , third = ''] = gateway.storage.linksOf(cid);
    gateway.storage.lose(first);
    gateway.storage.damage(third);
    const response = await get(cid, { range: `bytes=${CHUNK + 1}-${CHUNK + 9}` });
    expect(response.status).to.equal(206);
    expect((await bytes(response)).equals(bytesOf(CHUNK + 1, 9))).to.equal(true);
    const end = await get(cid, { range: 'bytes=-7' });
    expect((await bytes(end)).equals(bytesOf(SIZE - 6, 7))).to.equal(true);
    await expectProblem(await get(cid, { range: 'bytes=0-9' }), 500, 'BlockMissing');
    await expectProblem(await get(cid, { range: `bytes=${2 * CHUNK}-` }), 500, 'BlockDamaged');
  });

  it('serves an empty directory and an empty file in it', async () => {
    const { cid } = await gateway.storage.addDirectory(entries({}));
    expect(await (await get(`${cid}/`)).text()).to.not.contain('<tr>');
    const holder = await gateway.storage.addDirectory(
      (async function* () {
        yield { path: 'empty.mp4', content: pieces('') };
      })(),
    );
    const response = await get(`${holder.cid}/empty.mp4`);
    expect([response.status, response.headers.get('content-length')]).to.deep.equal([200, '0']);
  });
});

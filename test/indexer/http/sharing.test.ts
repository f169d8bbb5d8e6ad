import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import { createDescribe } from '../../../indexer/http/sharing/document.ts';
import { createEmbed } from '../../../indexer/http/sharing/embed.ts';
import { createSharedVideos } from '../../../indexer/http/sharing/shared-video.ts';
import { pageRoutes } from '../../../indexer/http/static/page.ts';
import { jpeg } from '../../packager/pictures.ts';
import { type Api, CREATOR, expectProblem, NATIVE, OTHER, PUBLICATION, SITE, startApi } from './api.ts';
import { newVideo, PROTECTED, protecting } from './protecting.ts';

const BUILT = `<!doctype html>
<html><head>
    <meta name="description" content="Videos." />
    <title>videos</title>
    <script type="module" src="/assets/index-1a2b.js"></script>
</head><body><div id="page"></div></body></html>`;
const FRAME = `<!doctype html><html><head><title>videos</title></head>
<body><main id="embed"></main><script type="module" src="/assets/embed-1a2b.js"></script></body></html>`;
const ANSWERS = /<script type="application\/json" id="answers">([^<]*)<\/script>/;
const DAY = 86_400;

/** The page of a host, as programs that show a link see it. */
describe('what a shared link shows', () => {
  let api: Api;
  let dir: string;
  let server: Server;
  let made = 0;
  before(async () => {
    api = await startApi();
    dir = await mkdtemp(join(tmpdir(), 'page-'));
    await writeFile(join(dir, 'index.html'), BUILT);
    await writeFile(join(dir, 'embed.html'), FRAME);
    server = await pageOf(SITE);
  });
  after(async () => {
    server.close();
    await api.stop();
    await rm(dir, { recursive: true });
  });

  async function pageOf(publicUrl: string | undefined, proxies = 0, deps = api.deps): Promise<Server> {
    const sharedVideo = createSharedVideos({ ...deps, admitUnpaid: undefined });
    const of = { ...deps, config: { ...deps.config, publicUrl }, sharedVideo, mirrorAgeSec: async () => 0 };
    const made = { describe: createDescribe(of), embed: createEmbed(of) };
    const app = express()
      .set('trust proxy', proxies)
      .use(pageRoutes({ dir, apiPaths: [], ...made }));
    const started = createServer(app).listen(0, '127.0.0.1');
    await once(started, 'listening');
    return started;
  }
  /** Its status, its document, and what its tags say, by name. */
  async function look(path: string, headers: Record<string, string> = {}, from = server) {
    const { port } = from.address() as AddressInfo;
    const { status, sent } = await new Promise<{ status: number; sent: string }>((resolve, reject) => {
      request({ port, path, host: '127.0.0.1', headers: { accept: '*/*', ...headers } }, async (answer) => {
        let read = '';
        for await (const chunk of answer) read += chunk;
        resolve({ status: answer.statusCode ?? 0, sent: read });
      })
        .on('error', reject)
        .end();
    });
    const [block = '', answers = '{}'] = ANSWERS.exec(sent) ?? [];
    const text = sent.replace(block, '');
    const tags = new Map(
      [...text.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)" \/>/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );
    const [, title = ''] = /<title>(.*)<\/title>/s.exec(text) ?? [];
    const [, canonical] = /<link rel="canonical" href="([^"]*)"/.exec(text) ?? [];
    const [, oembed] = /type="application\/json\+oembed" href="([^"]*)"/.exec(text) ?? [];
    return {
      status,
      text,
      answers: JSON.parse(answers),
      title,
      tags: Object.fromEntries(tags),
      canonical,
      oembed,
    };
  }
  const oembed = (url: string, more = '') => api.get(`/oembed?url=${encodeURIComponent(url)}${more}`);
  const newCid = () => api.add(`film ${++made}`);
  async function published(more: object = {}): Promise<{ cid: string; id: string }> {
    const cid = await newCid();
    const { status, body } = await api.post('/contents', { ...PUBLICATION, cid, ...more });
    expect(status, JSON.stringify(body)).to.equal(200);
    return { cid, id: (body.content as { content_id: string }).content_id };
  }

  it('is its title, price and creator, for a clear file without a picture', async () => {
    const { cid } = await published();
    const { status, title, tags, canonical, oembed, text } = await look(`/watch/${cid}`);
    expect(status).to.equal(200);
    expect(title).to.equal('Sample Video · videos');
    expect(tags).to.include({
      'og:site_name': 'videos',
      'og:type': 'video.other',
      'og:title': 'Sample Video',
      'og:description': '0.001 ETH a view · by 0x7099…79C8',
      description: '0.001 ETH a view · by 0x7099…79C8',
      'og:url': `${SITE}/watch/${cid}`,
      'twitter:card': 'summary',
    });
    expect(tags).to.not.have.property('og:image');
    expect(canonical).to.equal(`${SITE}/watch/${cid}`);
    expect(oembed).to.equal(`${SITE}/oembed?url=${encodeURIComponent(`${SITE}/watch/${cid}`)}`);
    expect(text.match(/<title>|name="description"/g)).to.have.length(2);
    expect(text).to.contain('<script type="module" src="/assets/index-1a2b.js"></script>');
  });

  it('is the poster of a protected video, its duration and its free start', async () => {
    const meta = { ...PROTECTED, unit: 'minute', preview_sec: 2, video_name: 'At the mill' };
    const { cid } = await protecting(api).packaged(await newVideo(6), meta, {}, [
      'poster',
      new Blob([jpeg()]),
    ]);
    const { tags } = await look(`/watch/${cid}`);
    expect(tags).to.include({
      'og:description': '0.001 ETH a minute, the first 2 s are free · 6 s · by 0x7099…79C8',
      'og:image': `${SITE}/ipfs/${cid}/poster.jpg`,
      'og:image:type': 'image/jpeg',
      'og:image:width': '1',
      'og:image:height': '1',
      'og:image:alt': 'At the mill',
      'video:duration': '6',
      'twitter:card': 'summary_large_image',
    });
    const picture = await fetch(`${api.url}/ipfs/${cid}/poster.jpg`);
    expect([picture.status, picture.headers.get('content-type')]).to.deep.equal([200, 'image/jpeg']);

    const { text, title } = await look(`/embed/${cid}`);
    expect(title).to.equal('At the mill · videos');
    expect(text).to.contain(`data-form="packaged" data-source="/ipfs/${cid}"`);
    expect(text).to.contain(`<video poster="/ipfs/${cid}/poster.jpg" title="At the mill"`);
    expect(text).to.contain('0.001 ETH a minute, the first 2 s are free');
    const full = `href="${SITE}/watch/${cid}" target="_blank" rel="noopener">Watch the rest at host.example.org<`;
    expect(text.split(full)).to.have.length(3);
    const { body } = await api.get(`/oembed?url=${encodeURIComponent(`${SITE}/watch/${cid}`)}&maxwidth=400`);
    expect(body).to.deep.include({ type: 'video', version: '1.0', title: 'At the mill', width: 400 });
    expect(body).to.include({ thumbnail_url: `${SITE}/ipfs/${cid}/poster.jpg`, thumbnail_width: 1 });
    expect(body.html).to.contain(`<iframe src="${SITE}/embed/${cid}" width="400" height="${body.height}"`);
  });

  it('runs nothing that somebody has put into a name, and turns no text around it', async () => {
    const name = `"><script>alert('$&')</script> & \u202eevil\u202c \u200f<!--`;
    const args = { pricePerUnit: 1n, providerShareBps: 3_000, unit: 0, token: NATIVE, metadata: '' };
    const cid = await newCid();
    await (await api.as(1).publish({ ...args, cid, name })).wait();
    await api.settled();
    const { text, tags, title } = await look(`/watch/${cid}`);
    expect(tags['og:title']).to.equal(
      '&#34;&gt;&lt;script&gt;alert(&#39;$&amp;&#39;)&lt;/script&gt; &amp; evil &lt;!--',
    );
    expect(title).to.equal(`${tags['og:title']} · videos`);
    expect(text.match(/<script/g)).to.have.length(1);
    expect(text).to.not.match(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    await (await api.as(2).publish({ ...args, cid, name: `\u202e${'ж'.repeat(120)}\u0000` })).wait();
    await api.settled();
    expect((await look(`/watch/${cid}`)).title).to.equal(title);
  });

  it('is the listing that the address names, else the first of the CID', async () => {
    const { cid, id: first } = await published();
    const { body } = await api.post('/contents', {
      ...{ ...PUBLICATION, cid, content_creator_wallet: OTHER, video_name: 'A copy' },
      terms: { ...PUBLICATION.terms, price: '5' },
    });
    const { content_id: copy } = body.content as { content_id: string };
    expect((await look(`/watch/${cid}`)).tags['og:title']).to.equal('Sample Video');
    const named = await look(`/watch/${cid}?id=${copy}&t=12`);
    expect(named.tags).to.include({ 'og:title': 'A copy', 'og:url': `${SITE}/watch/${cid}?id=${copy}` });
    expect(named.tags['og:description']).to.match(/^5 ETH a view/);
    expect((await look(`/watch/${cid}?id=${first}`)).tags['og:title']).to.equal('Sample Video');
    expect((await look(`/watch/${cid}?id=${first.replace(/.{4}$/, '0000')}`)).status).to.equal(404);
  });

  it('shows a price as soon as it is in force, and no listing that is over', async () => {
    const { cid } = await published();
    const change = (terms: object) =>
      api.call('PATCH', `/contents/${cid}`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ content_creator_wallet: CREATOR, terms }),
      });
    const { body } = await change({ ...PUBLICATION.terms, price: '0' });
    expect(body.content, JSON.stringify(body)).to.be.an('object');
    expect((await look(`/watch/${cid}`)).tags.description).to.match(/^0\.001 ETH/);
    const { deps } = api;
    const later = { ...deps, nowSec: () => deps.nowSec() + 8 * DAY, admitUnpaid: undefined };
    const found = await createSharedVideos(later)({
      ...{ shows: 'video', cid, cidKey: cid, contentId: null, contract: null },
    });
    expect(found?.price).to.equal(null);
  });

  it('is nothing of what is taken down, nor of what nobody has listed, at the status that says so', async () => {
    const { cid } = await published();
    const order = (method: string) => api.call(method, `/takedowns/${cid}`, { headers: api.asOperator });
    expect((await order('PUT')).status).to.equal(200);
    const gone = await look(`/watch/${cid}`);
    expect([gone.status, gone.text]).to.deep.equal([451, BUILT]);
    expect((await order('DELETE')).status).to.equal(200);
    expect((await look(`/watch/${cid}`)).status).to.equal(200);
    for (const path of [await newCid(), 'no-cid', '%3Cscript%3E']) {
      const { status, text } = await look(`/watch/${path}`);
      expect([status, text], path).to.deep.equal([404, BUILT]);
    }
  });

  it('is a frame without a player where nothing is free, and by the id of the listing', async () => {
    const { cid, id } = await published({ video_name: '<b>"Sold"</b>' });
    const byId = await look(`/embed/${id}`);
    expect(byId.status).to.equal(200);
    expect(byId.text).to.not.match(/<video|data-play|<b>/);
    expect(byId.text).to.contain(`href="${SITE}/watch/${cid}?id=${id}" target="_blank"`);
    expect(byId.text).to.contain('Watch at host.example.org');
    expect(byId.text).to.contain('&lt;b&gt;&#34;Sold&#34;&lt;/b&gt;');
    const order = (method: string) => api.call(method, `/takedowns/${cid}`, { headers: api.asOperator });
    await order('PUT');
    for (const path of [`/embed/${id}`, `/embed/${cid}`]) {
      const { status, text } = await look(path);
      expect(status, path).to.equal(451);
      expect(text).to.contain('This video was taken off this host.').and.not.contain('Sold');
    }
    expectProblem(await oembed(`${SITE}/watch/${cid}`), 451, 'taken_down', 'cid');
    await order('DELETE');
    for (const path of ['/embed/nothing', `/embed/0x${'0'.repeat(64)}`, `/embed/${await newCid()}`]) {
      expect((await look(path)).status, path).to.equal(404);
    }
  });

  it('is told by oEmbed for pages of this host alone, in JSON alone', async () => {
    const { cid, id } = await published();
    const at = `${SITE}/watch/${cid}?id=${id}&t=3`;
    const { body } = await oembed(at);
    expect(body.html).to.contain(`<iframe src="${SITE}/embed/${cid}?id=${id}" width="640" height="400"`);
    expect(body).to.not.have.property('thumbnail_url');
    expect((await oembed(`${SITE}/embed/${cid}`)).status).to.equal(200);
    expectProblem(await oembed(at, '&format=xml'), 501, 'format_unsupported', 'format');
    for (const url of [
      `https://evil.example/watch/${cid}`,
      `${SITE}/`,
      `${SITE}/watch/${cid}/more`,
      `${SITE}/watch/x`,
    ]) {
      expectProblem(await oembed(url), 404, 'url_elsewhere', 'url');
    }
    expectProblem(await oembed(`${SITE}/watch/${await newCid()}`), 404, 'unknown_content', 'url');
    expectProblem(await oembed('javascript:alert(1)'), 400, 'bad_url', 'url');
    expectProblem(await oembed(at, '&maxwidth=0'), 400, 'invalid_field', 'maxwidth');
    const small = (await oembed(at, '&maxwidth=300&maxheight=200')).body;
    expect([small.width, small.height]).to.deep.equal([284, 200]);
  });

  it('is of other views what they are', async () => {
    const { title, tags, canonical } = await look('/');
    expect({ title, canonical }).to.deep.equal({ title: 'videos', canonical: `${SITE}/` });
    expect(tags).to.include({ 'og:type': 'website', 'og:title': 'videos', description: 'Videos.' });
    const creator = await look(`/creators/${CREATOR.toLowerCase()}`);
    expect(creator.title).to.equal('Videos by 0x7099…79C8 · videos');
  });

  it('has inside it what the page would ask first, whatever it shows', async () => {
    const [chain, ready] = [await api.get('/chain'), await api.get('/readyz')];
    for (const path of ['/', `/watch/${(await published()).cid}`, `/watch/${await newCid()}`]) {
      const { answers } = await look(path);
      const { indexed_block } = answers['/chain'];
      expect(answers['/chain'], path).to.deep.equal({ ...chain.body, indexed_block });
      expect(answers['/readyz'], path).to.include({ ready: ready.body.ready });
    }
  });

  it('says nothing in it that ends it, and does not wait for what does not answer', async () => {
    const { deps } = api;
    const chain = Object.create(deps.chain, { name: { value: '</script><script>alert(1)' } });
    const [named, waiting] = await Promise.all([
      pageOf(SITE, 0, { ...deps, chain }),
      pageOf(SITE, 0, { ...deps, tokens: { describe: () => new Promise(() => undefined) } }),
    ]);
    expect((await look('/', {}, named)).answers['/chain'].name).to.equal(chain.name);
    expect((await look('/', {}, waiting)).answers).to.have.all.keys('/readyz');
    named.close();
    waiting.close();
  });

  it('is 404 at an address that the page does not have, where the page says so', async () => {
    for (const path of ['/nope', '/watch', '/watch/a/b', '/creators/0x12']) {
      const { status, text } = await look(path, { accept: 'text/html' });
      expect([status, text], path).to.deep.equal([404, BUILT]);
    }
  });

  it('is addressed as people reach the host, and by no name that is none', async () => {
    const { cid } = await published();
    const [own, behind] = await Promise.all([pageOf(undefined), pageOf(undefined, 1)]);
    const urlOf = async (headers: Record<string, string>, from = own) =>
      (await look(`/watch/${cid}`, headers, from)).tags['og:url'];
    const forwarded = { 'x-forwarded-host': 'films.example', 'x-forwarded-proto': 'https' };
    expect(await urlOf({ host: 'localhost:8000' })).to.equal(`http://localhost:8000/watch/${cid}`);
    expect(await urlOf({ host: 'localhost', ...forwarded })).to.equal(`http://localhost/watch/${cid}`);
    expect(await urlOf({ host: 'localhost', ...forwarded }, behind)).to.equal(
      `https://films.example/watch/${cid}`,
    );
    for (const host of ['a"><b', 'user@evil.example', 'evil.example/x?', 'a:1:2']) {
      const { status, text, tags } = await look(`/watch/${cid}`, { host }, own);
      expect(status, host).to.equal(200);
      expect(text, host).to.not.contain(host);
      expect(tags, host).to.not.have.property('og:url');
    }
    own.close();
    behind.close();
  });
});

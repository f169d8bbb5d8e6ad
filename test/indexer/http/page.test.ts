import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import type { Describe } from '../../../indexer/http/sharing/document.ts';
import { pageRoutes } from '../../../indexer/http/static/page.ts';

const DOCUMENT = '<!doctype html><title>page</title>';
const FRAME = '<!doctype html><title>frame</title>';
const SCRIPT = 'console.log("page");'.repeat(100);
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** What it says of itself has tests of its own. */
const asBuilt: Describe = async (_req, text) => ({ status: 200, text });

describe('the page at /', () => {
  let dir: string;
  let server: Server;
  let origin: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'page-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), DOCUMENT);
    await writeFile(join(dir, 'embed.html'), FRAME);
    await writeFile(join(dir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await writeFile(join(dir, 'assets', 'index-1a2b.js'), SCRIPT);
    const app = express().disable('etag');
    // As every answer of the host has it.
    app.use((_req, res, next) => {
      res.set('X-Frame-Options', 'SAMEORIGIN');
      next();
    });
    const apiPaths = ['/contents/{cid}', '/api/record-view'];
    app.use(pageRoutes({ dir, apiPaths, describe: asBuilt, embed: asBuilt }));
    app.use((_req, res) => void res.status(404).json({ code: 'not_found' }));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(dir, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) => fetch(origin + path, { headers });

  for (const path of ['/', '/earnings', '/watch/bafy?id=0x12']) {
    it(`is one document at ${path}, which a browser asks for again each time`, async () => {
      const response = await get(path, BROWSER);
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).to.equal('no-cache');
      expect(await response.text()).to.equal(DOCUMENT);
    });
  }

  it('lets no inline script run, and asks web servers alone: providers are anywhere', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    expect(policy).to.contain("default-src 'self';");
    expect(policy).to.contain("connect-src 'self' http: https:;");
    expect(policy).to.contain("frame-ancestors 'none'");
    expect(policy).to.not.match(/unsafe|script-src|\*/);
  });

  it('is shown in no frame, but for its player of free starts, which asks this host alone', async () => {
    const response = await get('/embed/bafy');
    expect([response.status, await response.text()]).to.deep.equal([200, FRAME]);
    expect(response.headers.get('x-frame-options')).to.equal(null);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).to.match(/^default-src 'self';.*frame-ancestors \*$/);
    expect(policy).to.not.match(/unsafe|http|connect-src/);
    for (const path of ['/', '/embed.html', '/embed/a/b', '/watch/bafy']) {
      const other = await get(path, BROWSER);
      expect(other.headers.get('content-security-policy') ?? '', path).to.contain("frame-ancestors 'none'");
      expect(other.headers.get('x-frame-options'), path).to.equal('SAMEORIGIN');
    }
  });

  it('gives its files for ever, compressed for who takes that', async () => {
    const response = await get('/assets/index-1a2b.js');
    expect(response.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).to.match(/^text\/javascript/);
    expect(response.headers.get('content-encoding')).to.equal('gzip');
    expect(response.headers.get('vary')).to.contain('Accept-Encoding');
    expect(await response.text()).to.equal(SCRIPT);
    const plain = await get('/assets/index-1a2b.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).to.equal(null);
    expect(await plain.text()).to.equal(SCRIPT);
  });

  it('asks again for files whose name does not change', async () => {
    expect((await get('/favicon.svg')).headers.get('cache-control')).to.equal('no-cache');
  });

  for (const path of ['/contents/bafy', '/contents', '/api/unknown', '/docs/x', '/openapi.json']) {
    it(`leaves ${path} to the API, also for a browser`, async () => {
      expect((await get(path, BROWSER)).status).to.equal(404);
    });
  }

  it('is the same at each of its addresses for whoever takes HTML, and says so', async () => {
    for (const path of ['/', ...(await addressesInThePage())]) {
      for (const accept of [
        '*/*',
        '',
        'text/*',
        'application/xhtml+xml, text/html;q=0.9, application/json;q=0.5',
      ]) {
        const response = await get(path, { accept });
        expect([response.status, await response.text()], `${path} ${accept}`).to.deep.equal([200, DOCUMENT]);
        expect(response.headers.get('vary')).to.contain('Accept');
      }
    }
  });

  it('is not there for who asks for JSON, or a picture', async () => {
    for (const accept of [
      'application/json',
      'application/json, text/plain, */*',
      'application/problem+json',
      'image/*',
    ]) {
      expect((await get('/watch/bafy', { accept })).status, accept).to.equal(404);
    }
  });

  it('does not answer programs that ask for what is not there', async () => {
    for (const path of ['/nowhere', '/watch', '/watch/a/b', '/assets/gone.js', '/index.htm', '/index.html']) {
      expect((await get(path, { accept: '*/*' })).status, path).to.equal(404);
    }
  });

  it('answers nothing but reading', async () => {
    expect((await fetch(origin, { method: 'POST' })).status).to.equal(404);
    const head = await fetch(origin, { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
  });

  it('gives no file outside its folder', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/assets/..%2findex.html', '//etc/passwd']) {
      expect((await get(path)).status, path).to.equal(404);
    }
  });

  it('says that it is not built where it is not', async () => {
    const app = express().use(
      pageRoutes({ dir: join(dir, 'gone'), apiPaths: [], describe: asBuilt, embed: asBuilt }),
    );
    const other = app.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const response = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    expect(response.status).to.equal(503);
    expect(await response.text()).to.contain('npm start builds it');
    other.close();
    other.closeAllConnections();
  });
});

/** Each view that the page has, as its own router names them. */
async function addressesInThePage(): Promise<string[]> {
  const source = await readFile('web/src/views.tsx', 'utf8');
  const views = [...source.matchAll(/case '([^']+)':/g)].map(([, path = '']) => path);
  const below = [...source.matchAll(/\^\\\/(\w+)\\\//g)].map(([, name]) => `/${name}/0x${'12'.repeat(20)}`);
  expect(views).to.include('/publish');
  expect(below).to.include(`/watch/0x${'12'.repeat(20)}`);
  return [...views, ...below];
}

import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../e2e/host.ts';
import { startChromium } from './chromium.ts';

const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const PROVIDER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const ORIGIN = 'http://localhost:3000';

describe(`a page at ${ORIGIN} in Chromium`, () => {
  let dataDir: string;
  let host: HostProcess;
  let site: Server;
  let browser: Browser;
  let page: Page;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    site = createServer((_, answer) =>
      answer.setHeader('content-type', 'text/html').end('<title>page</title>'),
    );
    await new Promise<void>((resolve, reject) => {
      site.once('error', reject).listen(3000, '127.0.0.1', resolve);
    });
    browser = await startChromium();
    page = await browser.newPage();
    await page.goto(ORIGIN);
  });
  after(async () => {
    await browser?.close();
    site?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  it('uploads by multipart, posts JSON after a preflight, and reads a range with its headers', async () => {
    const methods: string[] = [];
    page.on('request', (request) => methods.push(request.method()));
    const seen = await page.evaluate(
      async ({ url, creator, provider }) => {
        const terms = { creator_share: 70, provider_share: 30, price: 0.001 };
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array(5000).fill(7)], { type: 'video/mp4' }), 'video.mp4');
        form.set(
          'json_data',
          JSON.stringify({ video_name: 'From a page', content_creator_wallet: creator, ...terms }),
        );
        const uploaded = await fetch(`${url}/upload-content`, { method: 'POST', body: form });
        const { meta } = (await uploaded.json()) as { meta: { cid: string } };
        const registered = await fetch(`${url}/register`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            cid: meta.cid,
            stream_url: 'http://localhost:9000/stream',
            video_name: 'From a page',
            content_creator_wallet: creator,
            content_distributor_wallet: provider,
            ...terms,
          }),
        });
        const part = await fetch(`${url}/ipfs/${meta.cid}`, { headers: { Range: 'bytes=100-199' } });
        const exposed = ['content-range', 'content-length', 'x-ipfs-path'].map((name) =>
          part.headers.get(name),
        );
        return {
          statuses: [uploaded.status, registered.status, part.status],
          exposed,
          bytes: (await part.arrayBuffer()).byteLength,
          cid: meta.cid,
        };
      },
      { url: host.url, creator: CREATOR, provider: PROVIDER },
    );
    expect(seen.statuses).to.deep.equal([200, 200, 206]);
    expect(seen.exposed).to.deep.equal(['bytes 100-199/5000', '100', `/ipfs/${seen.cid}`]);
    expect(seen.bytes).to.equal(100);
  });

  it('sends a preflight that the host answers for this origin only', async () => {
    const ask = (origin: string) =>
      fetch(`${host.url}/register`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
    const allowed = await ask(ORIGIN);
    expect(allowed.headers.get('access-control-allow-origin')).to.equal(ORIGIN);
    expect(allowed.headers.get('access-control-allow-headers')).to.match(/content-type/i);
    expect((await ask('http://evil.example')).headers.get('access-control-allow-origin')).to.not.equal(
      'http://evil.example',
    );
  });
});

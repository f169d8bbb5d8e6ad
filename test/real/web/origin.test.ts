import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { startChromium } from '../chromium.ts';
import { setScene } from './scene.ts';
import { playedPast, type Visit, visit } from './visit.ts';

const ORIGIN = 'http://localhost:3000';
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

describe(`the page, served at ${ORIGIN} by somebody else than its host`, () => {
  let dataDir: string;
  let dir: string;
  let host: HostProcess;
  let site: Server;
  let browser: Browser;
  let cid: string;
  let me: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    cid = await setScene(host);
    dir = await mkdtemp(join(tmpdir(), 'page-'));
    process.env.STREAM_HOST = host.url;
    await build({ root: 'web', logLevel: 'error', build: { outDir: dir } });
    delete process.env.STREAM_HOST;
    site = createServer(async ({ url = '/' }, response) => {
      const type = TYPES[extname(url)];
      const file = await readFile(join(dir, type ? url : 'index.html'));
      response.setHeader('content-type', type ?? 'text/html').end(file);
    }).listen(3000, '127.0.0.1');
    await once(site, 'listening');
    browser = await startChromium();
    me = await visit(browser, ORIGIN);
  });
  after(async () => {
    await browser?.close();
    site?.close();
    await host?.end('SIGTERM');
    for (const folder of [dataDir, dir]) await removeFolder(folder);
  });

  it('reads, pays and plays', async () => {
    await me.open(`/watch/${cid}`);
    await me.takeTestWallet(10);
    await me.page.getByRole('button', { name: 'Pay 0.001 ETH and play' }).click();
    await me.page.getByText('You paid 0.001 ETH.').waitFor();
    await playedPast(me.page, 0.3);
  });

  it('uploads', async () => {
    await me.open('/publish');
    await me.page.locator('input[type=file]').setInputFiles('package.json');
    await me.page.getByLabel(/^Clear file/).check();
    await me.page.getByRole('button', { name: 'Upload and publish' }).click();
    await me.page.getByText('The host has stored the very same file.').waitFor();
    await me.close();
  });
});

import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { startChromium } from '../../chromium.ts';
import { publishProtected } from '../protected-upload.ts';
import { visit } from '../visit.ts';

describe('the page in a browser without Media Source, as on an iPhone', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  it('gives the playlist to the browser, and says that nothing is paid as one watches', async () => {
    const { cid } = await publishProtected(host, 'Sold', { price: '0.001', preview_sec: 5, serve: true });
    const me = await visit(browser, host.url);
    await me.page.addInitScript(() => {
      for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource'])
        Reflect.deleteProperty(window, name);
      // What Chromium makes of a playlist is not what is looked at.
      addEventListener('error', (event) => event.stopImmediatePropagation(), true);
    });
    await me.open(`/watch/${cid}`);
    await me.page.getByText('This browser plays only what is open already.').waitFor();
    const src = await me.page.locator('video').evaluate((video: HTMLVideoElement) => video.src);
    expect(src).to.equal(`${host.url}/play/${cid}/master.m3u8`);
    await me.close();
  });
});

import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { startChromium } from '../chromium.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, seek, type Visit, visit } from './visit.ts';

describe('the page, where videos are packaged', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
    me = await visit(browser, host.url);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  it('plays a free one at once, to its end, without a wallet', async () => {
    const { cid } = await publishProtected(host, 'For everybody', { price: '0' });
    await me.open(`/watch/${cid}`);
    await playedPast(me.page, 0.3);
    await me.page.getByText("From this host's copy.").waitFor();
    await seek(me.page, 10);
    await me.page.waitForFunction(() => document.querySelector('video')?.ended);
    expect(await me.page.getByRole('button', { name: /^Pay/ }).count()).to.equal(0);
  });

  it('loads the player for segments only where there are some', async () => {
    const loaded = await me.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(loaded.filter((name) => /hls-stream/.test(name))).to.have.length(1);
    await me.open('/');
    await me.page.getByRole('link', { name: 'For everybody' }).waitFor();
    const first = await me.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(first.filter((name) => /hls-stream/.test(name))).to.deep.equal([]);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

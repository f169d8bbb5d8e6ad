import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
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

  it('publishes a video protected unless told otherwise, with a picture of it, and serves it at once', async () => {
    const { page } = me;
    await me.takeTestWallet(2);
    await me.open('/publish');
    await page.locator('input[type=file]').setInputFiles('data/video.mp4');
    await page.getByLabel('Free start').fill('61');
    await page.getByText('A free start has 0 to 60 seconds.').waitFor();
    await page.getByLabel('Free start').fill('5');
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByRole('progressbar', { name: 'Packaging' }).waitFor();
    await me.reached('done');
    await page.getByText('Viewers can watch it now.').waitFor();
    const { contents } = await getJson<{ contents: { cid: string; media: object }[] }>(
      `${host.url}/contents?search=video`,
    );
    expect(contents[0]?.media).to.include({ form: 'protected' });
    const directory = `${host.url}/ipfs/${contents[0]?.cid}`;
    const { preview_sec, keys } = await getJson<{ preview_sec: number; keys: (string | null)[] }>(
      `${directory}/content.json`,
    );
    expect([preview_sec, keys.length]).to.deep.equal([5, 1]);
    const poster = new Uint8Array(await (await fetch(`${directory}/poster.jpg`)).arrayBuffer());
    expect([...poster.slice(0, 2)]).to.deep.equal([0xff, 0xd8]);
  });

  it('finds an upload again that was left while it was packaged', async () => {
    const { page } = me;
    await page.route('**/uploads/*', (route) => route.abort());
    const buffer = Buffer.concat([readFileSync('data/video.mp4'), Buffer.from('left')]);
    const file = { name: 'left_alone.mp4', mimeType: 'video/mp4', buffer };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByRole('progressbar', { name: 'Packaging' }).waitFor();
    await page.unroute('**/uploads/*');
    await page.reload();
    await page.getByText('“left alone” is published.').waitFor();
    await page.getByText('Viewers can watch it now.').waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'left alone' }).waitFor();
    expect(await page.getByText('being packaged').count()).to.equal(0);
  });

  it("says in the host's words why something is no video, and takes it as a clear file", async () => {
    const { page } = me;
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no video at all') };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    const failed = await me.reached('failed');
    await failed.getByText('The video can not be packaged.').waitFor();
    expect(await page.getByText('being packaged').count()).to.equal(0);
    await page.getByLabel(/^Clear file/).check();
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByText('The host has stored the very same file.').waitFor();
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import type { Browser } from 'playwright-core';
import { contentKeys, sha256Hex } from '../../../packager/keys.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { freePort } from './free-port.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, seek, type Visit, visit } from './visit.ts';

/** Who registers to serve it, without its keys. */
const OTHER = 5;
const OTHERS =
  'Others are registered to serve the video. Whether they have its keys is not known here: without the file the keys may go with this host.';

describe('the page, where videos are packaged', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { PORT: String(await freePort()) } }); // one that wallets can sign in at
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

  it("takes all who serve it for others where the host serves for nobody's account", async () => {
    const own = await visit(browser, host.url);
    // The page asks what its document does not say.
    await own.page.route(/\/(publish)?$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('id="answers"', '') });
    });
    await own.page.route('**/chain', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), provider_wallet: null } });
    });
    await own.open('/');
    await own.takeTestWallet(2);
    await own.open('/publish');
    await own.page.getByText('Its key file').click();
    await own.page.getByText(OTHERS).waitFor();
    await own.close();
  });

  it('gives its creator the file of its keys to keep, after one signature', async () => {
    const { page } = me;
    const [{ cid } = { cid: '' }] = (
      await getJson<{ contents: { cid: string }[] }>(`${host.url}/contents?search=video`)
    ).contents;
    await page.getByText(/^Keep this file: with it the keys can be given to another host\./).waitFor();
    await page
      .getByText('Nobody else is registered to serve the video: without the file its keys go with this host.')
      .waitFor();
    const { streams } = await getJson<{ streams: { contract: string; content_id: string }[] }>(
      `${host.url}/streams/${cid}`,
    );
    const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    const { contract = '', content_id: contentId = '' } = streams[0] ?? {};
    const other = StreamHost__factory.connect(contract, testWallet(OTHER, chain));
    await (await other.registerStream(contentId, 'https://other.example.org/play')).wait();
    chain.destroy();
    await page.getByText(OTHERS).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the key file' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).to.equal('video.secret.json');
    const file = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(file).to.include({ version: 1, cid });
    const secret = new Uint8Array(Buffer.from(file.secret, 'base64'));
    const { keys } = await getJson<{ keys: string[] }>(`${host.url}/ipfs/${cid}/content.json`);
    expect(await sha256Hex(await (await contentKeys(secret)).key(0))).to.equal(keys[0]);
    await page.getByText('Saved. Keep it where nobody else reads it.').first().waitFor();
  });

  it('finds an upload again that was left while it was packaged', async () => {
    const { page } = me;
    // The file comes by other calls of that address.
    const isLook = (method: string) => method === 'GET';
    await page.route('**/uploads/*', (route) =>
      isLook(route.request().method()) ? route.abort() : route.fallback(),
    );
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

  describe('one that is sold, by the view', () => {
    let viewer: Visit;
    let cid: string;
    /** Where the clear start ends: at a key frame behind five seconds. */
    const FREE_SEC = 6;
    const pay = () => viewer.page.getByRole('button', { name: 'Pay 0.001 ETH and play' });
    const position = () =>
      viewer.page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);

    before(async () => {
      const terms = { price: '0.001', preview_sec: 5, serve: true };
      ({ cid } = await publishProtected(host, 'Sold by the view', terms));
      viewer = await visit(browser, host.url);
      me = viewer;
    });

    it('plays its free start to who has paid nothing, and says where that ends', async () => {
      const { page } = viewer;
      await viewer.open(`/watch/${cid}`);
      await playedPast(page, 0.5);
      await page.getByText(/^The free start, from the provider at/).waitFor();
      await page.getByText('Pay to go on').waitFor();
      await page.getByText('The free start ends here. Once it is paid, it goes on.').waitFor();
      expect(await position()).to.be.within(FREE_SEC - 0.5, FREE_SEC + 0.2);
    });

    it('plays the start again to who goes back, and stops at the same place', async () => {
      const { page } = viewer;
      await seek(page, 4);
      await page.getByText('Pay to go on').waitFor({ state: 'detached' });
      await page.getByText('Pay to go on').waitFor();
      expect(await position()).to.be.within(FREE_SEC - 0.5, FREE_SEC + 0.2);
    });

    it('goes on at the same second once it is paid, by the address of its token', async () => {
      const { page } = viewer;
      await viewer.takeTestWallet(4);
      await page.getByText('Or pay one view by a transaction').click();
      await pay().click();
      await page.getByText('You paid 0.001 ETH.').waitFor();
      expect(await playedPast(page, FREE_SEC + 0.3)).to.be.below(FREE_SEC + 4);
      const loaded = await page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
      );
      expect(loaded.filter((path) => path.endsWith('/keys/0')).at(-1)).to.match(/^\/play\/~[\w-]{22}\//);
    });

    it('plays on after a reload, without another payment or signature', async () => {
      const { page } = viewer;
      await page.reload();
      await playedPast(page, 0.3);
      await seek(page, 8);
      await playedPast(page, 8.3);
    });

    it('asks to sign where the token is over, and plays on then', async () => {
      const { page } = viewer;
      await page.evaluate(() => localStorage.removeItem('play-tokens'));
      await page.reload();
      await page.getByText('You paid 0.001 ETH.').waitFor();
      await page.getByRole('button', { name: 'Sign to go on' }).click();
      await seek(page, 7);
      await playedPast(page, 7.3);
      await viewer.close();
    });
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

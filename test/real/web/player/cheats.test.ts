import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { testWallet } from '../../../wallets.ts';
import { startChromium } from '../../chromium.ts';
import { makeFilm } from '../../ffmpeg-sources.ts';
import { type Extension, installExtension } from '../extension.ts';
import { publishProtected } from '../protected-upload.ts';
import { type Visit, visit } from '../visit.ts';
import { unitsSold } from './bought.ts';
import { type Line, startLine } from './line.ts';

const DEVNET = 31_337;

describe('the page, where a provider gives or asks for something else than was agreed', function () {
  this.timeout(180_000);
  let dataDir: string;
  let line: Line;
  let host: HostProcess;
  let chain: JsonRpcProvider;
  let browser: Browser;
  let me: Visit;
  let extension: Extension;
  let video: { cid: string; contentId: string };
  let viewer = 2;

  before(async () => {
    dataDir = await dataFolder();
    line = await startLine();
    host = await startHost({ dataDir, env: { PUBLIC_URL: line.url } });
    line.port = Number(new URL(host.url).port);
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };
    video = await publishProtected(host, 'Four minutes', terms, await makeFilm(dataDir, 200));
    browser = await startChromium();
  });
  beforeEach(async () => {
    line.change = () => null;
    me = await visit(browser, host.url);
    extension = await installExtension(me.context, {
      signer: testWallet(++viewer, chain),
      chainId: DEVNET,
    });
    await me.open(`/watch/${video.cid}`);
    await me.takeExtension(extension.name);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
    await me.close();
  });
  after(async () => {
    await browser?.close();
    chain?.destroy();
    await host?.end('SIGTERM');
    await line?.close();
    await removeFolder(dataDir);
  });

  const sold = () => unitsSold(host, testWallet(viewer).address);
  const deposit = async () => {
    await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
    await me.page.getByRole('button', { name: /^Deposit .* and play/ }).click();
  };

  it('a wrong key: it names that, says so again after a reload, and has paid one unit', async () => {
    const { page } = me;
    line.change = (path, bytes) => {
      if (!path.endsWith('/keys')) return null;
      const { keys, ...rest } = JSON.parse(String(bytes));
      return JSON.stringify({ ...rest, keys: { 0: btoa('another key here') } });
    };
    await deposit();
    await page.getByText('The provider sold a wrong key.').waitFor();
    expect(sold()).to.deep.equal([0]);
    await page.reload();
    await page.getByText('This provider has sold a wrong key before.').waitFor();
  });

  it('another playlist: it names that, and pays nothing', async () => {
    const { page } = me;
    line.change = (path, bytes) =>
      path.endsWith('v0/index.m3u8') ? String(bytes).replaceAll('keys/0', 'keys/1') : null;
    await deposit();
    await page.getByText('The provider plays something else than this video.').waitFor();
    expect(sold()).to.deep.equal([]);
  });

  it('other bytes: it stops fetching them again, names that, and has paid one unit', async () => {
    const { page } = me;
    let served = 0;
    line.change = (path, bytes) => {
      if (!path.endsWith('.m4s')) return null;
      served += 1;
      return bytes.map((byte) => byte ^ 1);
    };
    await deposit();
    await page.getByText(`What ${new URL(line.url).host} sends can not be shown.`).waitFor();
    expect(served).to.be.below(10);
    expect(sold()).to.deep.equal([0]);
  });
});

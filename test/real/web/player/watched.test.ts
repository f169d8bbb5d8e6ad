import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { testWallet } from '../../../wallets.ts';
import { startChromium } from '../../chromium.ts';
import { makeFilm } from '../../ffmpeg-sources.ts';
import { type Extension, installExtension } from '../extension.ts';
import { publishProtected } from '../protected-upload.ts';
import { playedPast, seek, type Visit, visit } from '../visit.ts';
import { unitsSold } from './bought.ts';

const DEVNET = 31_337;
/** Eleven units. */
const SECONDS = 650;
/** Of the slider in Chromium's controls, in pixels. */
const [MARGIN, FROM_BELOW] = [16, 22];

describe('what the page buys while somebody watches, by hls.js in Chromium', function () {
  this.timeout(180_000);
  let dataDir: string;
  let host: HostProcess;
  let chain: JsonRpcProvider;
  let browser: Browser;
  let me: Visit;
  let extension: Extension;
  let cid: string;
  let viewer = 2;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { FFMPEG: 'ffmpeg', RENDITIONS: '144' } });
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };
    ({ cid } = await publishProtected(host, 'Eleven minutes', terms, await makeFilm(dataDir, SECONDS)));
    browser = await startChromium();
  });
  beforeEach(async () => {
    // Somebody else each time.
    me = await visit(browser, host.url);
    const signer = testWallet(++viewer, chain);
    extension = await installExtension(me.context, { signer, chainId: DEVNET });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
    await me.close();
  });
  after(async () => {
    await browser?.close();
    chain?.destroy();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const sold = () => unitsSold(host, testWallet(viewer).address);
  async function deposit(page: Page): Promise<void> {
    await me.open(`/watch/${cid}`);
    await me.takeExtension(extension.name);
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: 'Deposit 0.0011 ETH and play' }).click();
    await playedPast(page, 0);
  }

  it('is two units for 5 s of play, a pause of 60 s, and the slider dragged over ten units', async () => {
    const { page } = me;
    await deposit(page);
    await playedPast(page, 5);
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(sold()).to.deep.equal([0]);
    await page.clock.resume();
    await page.locator('video').evaluate((video: HTMLVideoElement) => void video.play());
    const atSec = await dragTo(page, 630);
    expect(atSec).to.be.within(620, 640);
    await playedPast(page, atSec + 2);
    expect(sold()).to.deep.equal([0, 10]);
  });

  it('is no unit for another quality inside a minute; what is chosen by keyboard is remembered', async () => {
    const { page } = me;
    await deposit(page);
    await page
      .locator('video')
      .evaluate((video: HTMLVideoElement) => Object.assign(video, { playbackRate: 2 }));
    const quality = page.getByLabel('Quality');
    const isShown = (height: number) =>
      page.waitForFunction((lines) => document.querySelector('video')?.videoHeight === lines, height);
    expect(await quality.locator('option').allInnerTexts()).to.deep.equal([
      ...['Automatic: as the line allows', '180p', '144p'],
    ]);
    await page.locator('video').focus();
    for (let nth = 0; nth < 20 && !(await quality.evaluate(isFocused)); nth += 1)
      await page.keyboard.press('Tab');
    for (const [key, height] of [
      ['End', 144],
      ['ArrowUp', 180],
      ['End', 144],
    ] as const) {
      await page.keyboard.press(key);
      await isShown(height);
      await playedPast(page, (await positionOf(page)) + 1);
    }
    expect(sold()).to.deep.equal([0]);

    await page.reload();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 1);
    await isShown(144);
    expect(await quality.locator('option:checked').innerText()).to.equal('144p');
    expect(await renditionsAsked(page)).to.deep.equal(['v1']);
    await quality.selectOption('Automatic: as the line allows');
    expect(sold()).to.deep.equal([0]);
  });

  it('is one unit where the answer that brings its key is lost: the same voucher is shown again', async () => {
    const { page } = me;
    let lost = 0;
    await page.route('**/play/*/keys', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return await route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await deposit(page);
    await playedPast(page, 2);
    expect(lost).to.equal(1);
    expect(sold()).to.deep.equal([0]);
    await page.getByRole('button', { name: 'Spent and left' }).click();
    await page.locator('dt:text-is("Spent") + dd', { hasText: '0.0001 ETH' }).waitFor();
  });

  it('is no unit twice in two tabs that watch at the same time', async () => {
    const { page } = me;
    await deposit(page);
    const tab = await me.context.newPage();
    const play = (each: Page) => each.getByRole('button', { name: 'Play', exact: true }).click();
    await tab.goto(page.url());
    await page.reload();
    await Promise.all([play(page), play(tab)]);
    await Promise.all([playedPast(page, 1), playedPast(tab, 1)]);
    await Promise.all([seek(page, 130), seek(tab, 130)]);
    await Promise.all([playedPast(page, 131), playedPast(tab, 131)]);
    await Promise.all([seek(page, 250), seek(tab, 370)]);
    await Promise.all([playedPast(page, 251), playedPast(tab, 371)]);
    expect(sold().toSorted((one, other) => one - other)).to.deep.equal([0, 2, 4, 6]);
    await page.getByRole('button', { name: 'Spent and left' }).click();
    await page.locator('dd', { hasText: '0.0004 ETH' }).waitFor();
  });
});

/** Drags the slider of the browser's own controls from where it is. @returns where the video stands then */
async function dragTo(page: Page, toSec: number): Promise<number> {
  const box = await page.locator('video').boundingBox();
  if (!box) throw new Error('There is no video.');
  const y = box.y + box.height - FROM_BELOW;
  const x = (seconds: number) => box.x + MARGIN + ((box.width - 2 * MARGIN) * seconds) / SECONDS;
  const fromSec = await positionOf(page);
  await page.mouse.move(x(fromSec), y);
  await page.mouse.down();
  for (let seconds = fromSec; seconds < toSec; seconds += 20) await page.mouse.move(x(seconds), y);
  await page.mouse.move(x(toSec), y);
  await page.mouse.up();
  return await positionOf(page);
}

function positionOf(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
}

function isFocused(element: Element): boolean {
  return document.activeElement === element;
}

/** Of which renditions the page has loaded segments. */
async function renditionsAsked(page: Page): Promise<string[]> {
  const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  return [...new Set(urls.flatMap((url) => /\/(v\d+)\/\d+\.m4s$/.exec(url)?.[1] ?? []))];
}

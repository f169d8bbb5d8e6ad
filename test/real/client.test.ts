import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { BaseWallet } from 'ethers';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PRICE, type Selling, type SoldVideo, startSelling } from '../client/selling.ts';
import { until } from '../until.ts';
import { startChromium } from './chromium.ts';
import { startClientPages } from './client-pages.ts';
import { makeFilm } from './ffmpeg-sources.ts';

/** Eleven units. */
const SECONDS = 650;
const DEPOSIT = String(60n * PRICE);

describe('the client library in Chromium, with hls.js', function () {
  this.timeout(180_000);
  let folder: string;
  let selling: Selling;
  let pages: Awaited<ReturnType<typeof startClientPages>>;
  let browser: Browser;
  let of: SoldVideo;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'client-'));
    // Two renditions, and nothing else of ffmpeg.
    selling = await startSelling({ env: { FFMPEG: 'ffmpeg', RENDITIONS: '144' } });
    of = await selling.sold({ file: await makeFilm(folder, SECONDS) });
    pages = await startClientPages();
    selling.api.chain.servesPageAt(pages.port);
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    pages?.close();
    await selling?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Somebody else in each test. */
  let wallet: BaseWallet;
  let person = 2;
  beforeEach(() => {
    wallet = selling.api.wallet(++person);
  });

  const device = async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    return context;
  };
  async function visit(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    const { api, parties } = selling;
    const video = { ...of, unitPrice: String(PRICE) };
    const setting = {
      parties,
      video,
      host: api.url,
      rpcUrl: api.chain.facts.rpcUrl,
      walletKey: wallet.privateKey,
    };
    page.on('pageerror', (error) => expect.fail(error.stack));
    await ready(page, () => page.goto(`${pages.url}#${encodeURIComponent(JSON.stringify(setting))}`));
    return page;
  }
  const ready = async (page: Page, load: () => Promise<unknown>) => {
    const said = page.waitForEvent('console', (message) => message.text() === 'ready');
    await load();
    await said;
  };
  const open = (page: Page) => page.evaluate(`state.open('${DEPOSIT}')`);
  const play = (page: Page) => page.click('#play');
  const playedPast = (page: Page, seconds: number) =>
    page.waitForFunction(`state.media.currentTime > ${seconds}`);
  const spent = async (page: Page) => Number(BigInt(String(await page.evaluate('state.spent()'))) / PRICE);
  const sold = () => selling.unitsOf(wallet, of);
  const errors = (page: Page) => page.evaluate('state.errors.filter((text) => !/aborted/i.test(text))');

  it('buys two units for 5 s of play, a pause of 60 s, and the slider dragged over ten units', async () => {
    const page = await visit(await device());
    await open(page);
    expect(await sold()).to.deep.equal([]);
    await play(page);
    await playedPast(page, 5);
    await page.click('#pause');
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(await sold()).to.deep.equal([0]);
    await page.clock.resume();
    await play(page);

    const box = await page.locator('input').boundingBox();
    if (!box) throw new Error('There is no slider.');
    const at = (seconds: number) => box.x + 8 + ((box.width - 16) * seconds) / SECONDS;
    await page.mouse.move(at(0), box.y + box.height / 2);
    await page.mouse.down();
    for (let seconds = 10; seconds <= 630; seconds += 20) {
      await page.mouse.move(at(seconds), box.y + box.height / 2);
    }
    await page.mouse.up();
    await playedPast(page, 632);
    expect(await sold()).to.deep.equal([0, 10]);
    expect(await spent(page)).to.equal(2);
    expect(await errors(page)).to.deep.equal([]);
    await page.context().close();
  });

  it('buys the next unit when its end is near, and none for another quality', async () => {
    const page = await visit(await device());
    await open(page);
    await play(page);
    await playedPast(page, 1);
    for (const height of [144, 180, 144]) {
      await page.evaluate(
        `state.hls.nextLevel = state.hls.levels.findIndex((level) => level.height === ${height})`,
      );
      await page.waitForFunction(`state.media.videoHeight === ${height}`);
      const at = Number(await page.evaluate('state.media.currentTime'));
      await playedPast(page, at + 1);
    }
    expect(await sold()).to.deep.equal([0]);
    await page.evaluate('state.media.playbackRate = 4');
    await playedPast(page, 62);
    expect(await sold()).to.deep.equal([0, 1]);
    expect(await spent(page)).to.equal(2);
    expect(await errors(page)).to.deep.equal([]);
    await page.context().close();
  });

  it('buys no unit twice for two tabs, a reload, and another device of the wallet', async () => {
    const context = await device();
    const page = await visit(context);
    await open(page);
    const tab = await visit(context);
    await Promise.all([play(page), play(tab)]);
    await Promise.all([playedPast(page, 2), playedPast(tab, 2)]);
    await ready(page, () => page.reload());
    await play(page);
    await playedPast(page, 2);
    expect(await sold()).to.deep.equal([0]);
    expect(await spent(tab)).to.equal(1);

    const other = await visit(await device());
    await other.evaluate('state.unlock()');
    await play(other);
    await playedPast(other, 2);
    expect(await sold()).to.deep.equal([0]);
    await other.evaluate('state.media.currentTime = 130');
    await other.waitForFunction('state.stops.includes("channel_missing")');
    await open(other);
    await play(other);
    await playedPast(other, 132);
    expect([await sold(), await spent(other)]).to.deep.equal([[0, 2], 1]);
    await tab.evaluate('state.unlock()');
    await tab.evaluate('state.media.currentTime = 130');
    await playedPast(tab, 132);
    expect([await sold(), await spent(tab)]).to.deep.equal([[0, 2], 1]);
    for (const each of [context, other.context()]) await each.close();
  });

  it('pays nothing before a person has done something, nor in a tab that nobody sees', async () => {
    const page = await visit(await device());
    await open(page);
    // Muted, it plays by itself, as an embed would.
    await page.evaluate('state.media.play(), undefined');
    expect(await page.evaluate('state.stops')).to.deep.equal(['not_by_a_person']);
    await page.waitForFunction('state.hls.levels.length === 2 && !state.media.paused');
    expect(await sold()).to.deep.equal([]);
    await play(page);
    await playedPast(page, 1);

    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${hidden ? 'hidden' : 'visible'}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await hide(true);
    await page.evaluate('state.media.playbackRate = 8');
    await page.waitForFunction('state.media.currentTime > 55 && state.media.readyState < 3');
    expect(await sold()).to.deep.equal([0]);
    await hide(false);
    await playedPast(page, 61);
    expect(await sold()).to.deep.equal([0, 1]);
    await page.context().close();
  });

  it('pays one unit to a seller that sends other bytes', async () => {
    const context = await device();
    // Of the unit that begins with the video there is nothing that can be shown.
    await context.route(/v\d\/\d+\.m4s$/, (route) => route.fulfill({ body: Buffer.alloc(4_096, 7) }));
    const page = await visit(context);
    await open(page);
    await play(page);
    await page.waitForFunction('state.errors.length > 0 && state.media.paused === false');
    await until('one unit is paid', async () => (await sold()).length > 0);
    await page.clock.install();
    await page.clock.runFor(300_000);
    expect(await sold()).to.deep.equal([0]);
    expect(await spent(page)).to.equal(1);
    expect(await page.evaluate('state.media.currentTime')).to.be.below(1);
    await context.close();
  });

  it('pays a seller that dies while it is watched for no more than the next unit, and gets that once it is back', async () => {
    const context = await device();
    const page = await visit(context);
    await open(page);
    await play(page);
    await playedPast(page, 1);
    await context.route(/\/keys/, (route) => route.abort());
    await page.evaluate('state.media.currentTime = 130');
    await page.waitForFunction(`state.spent().then((spent) => spent === '${2n * PRICE}')`);
    expect(await sold()).to.deep.equal([0]);
    await context.unroute(/\/keys/);
    await playedPast(page, 132);
    expect([await sold(), await spent(page)]).to.deep.equal([[0, 2], 2]);
    await context.close();
  });

  it('shows nothing of a seller whose playlist is another', async () => {
    const context = await device();
    await context.route(/v\d\/index\.m3u8$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('keys/0', 'keys/1') });
    });
    const page = await visit(context);
    await open(page);
    await play(page);
    await page.waitForFunction('state.stops.includes("playlist_refused")');
    expect(await sold()).to.deep.equal([]);
    await context.close();
  });
});

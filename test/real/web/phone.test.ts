import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Locator } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { startChromium } from '../chromium.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, type Visit, visit } from './visit.ts';

const PHONE = { width: 390, height: 844 };
const BY_THE_VIEW = 'A walk by the sea, in one take, with the dog that nobody had invited';

describe('the page of a video, on a phone', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;
  let byTheView: string;
  let byTheMinute: string;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    byTheView = await publishClear();
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 5, serve: true };
    ({ cid: byTheMinute } = await publishProtected(host, 'Eleven Minutes of Colour Bars', terms));
    browser = await startChromium();
    me = await visit(browser, host.url, PHONE);
    await me.open('/');
    await me.takeTestWallet(4);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  async function publishClear(): Promise<string> {
    const terms = { creator_share: 70, provider_share: 30, price: '0.002', serve: true };
    const form = new FormData();
    const listing = { video_name: BY_THE_VIEW, content_creator_wallet: CREATOR, ...terms };
    form.set('json_data', JSON.stringify(listing));
    form.set('file', new Blob([readFileSync('data/video.mp4')]), 'video.mp4');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    return ((await answer.json()) as { meta: { cid: string } }).meta.cid;
  }

  const button = (name: string | RegExp) => me.page.getByRole('button', { name });
  const heading = () => me.page.getByRole('heading', { level: 1 });
  /** The bar with the views lies over the page's end. */
  const fold = async () => (await boxOf(me.page.getByRole('navigation'))).top;

  it('has the title right under the picture, and the way to pay in it and above the fold', async () => {
    await me.open(`/watch/${byTheView}`);
    const inPicture = button('Pay 0.002 ETH to play');
    await inPicture.waitFor();
    const picture = await boxOf(me.page.locator('.stage > .art'));
    const way = await boxOf(inPicture);
    expect(way.top).to.be.at.least(picture.top);
    expect(way.bottom).to.be.at.most(picture.bottom);
    expect((await boxOf(heading())).top - picture.bottom).to.be.within(0, 32);
    const pay = await boxOf(button('Pay 0.002 ETH and play'));
    expect(pay.top).to.be.above((await boxOf(heading())).bottom);
    expect(pay.bottom).to.be.at.most(await fold());
  });

  it('plays once the button in the picture is pressed; each cell of the table says what it is', async () => {
    const { page } = me;
    await button('Pay 0.002 ETH to play').click();
    await page.getByText('You paid 0.002 ETH.').waitFor();
    await playedPast(page, 0.3);
    const cell = page.getByRole('table', { name: 'Latest views' }).locator('td', { hasText: '0.002 ETH' });
    await cell.first().waitFor();
    expect(await cell.first().evaluate((it) => getComputedStyle(it, '::before').content)).to.equal(
      '"Amount"',
    );
  });

  it('asks for a deposit where the free start ends, in the picture; its button is in sight, too', async () => {
    const { page } = me;
    await me.open(`/watch/${byTheMinute}`);
    const goOn = button('Pay to go on');
    await goOn.waitFor();
    const screen = await boxOf(page.locator('.screen'));
    expect((await boxOf(heading())).top - screen.bottom).to.be.within(0, 32);
    const pay = await boxOf(button('Pay as you watch'));
    expect(pay.bottom).to.be.at.most(await fold());
    await goOn.click();
    await page.getByText('What one watches is public on chain.').waitFor();
    expect((await boxOf(button(/^Deposit .* and play$/))).bottom).to.be.at.most(PHONE.height);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

async function boxOf(locator: Locator): Promise<{ top: number; bottom: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is nowhere to be seen.`);
  return { top: box.y, bottom: box.y + box.height };
}

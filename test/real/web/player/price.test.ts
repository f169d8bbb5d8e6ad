import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { PRICE, type Selling, type SoldVideo, startSelling } from '../../../client/selling.ts';
import { startChromium } from '../../chromium.ts';
import { makeFilm } from '../../ffmpeg-sources.ts';
import { type Extension, installExtension } from '../extension.ts';
import { playedPast, type Visit, visit } from '../visit.ts';

const VIEWER = 5;

describe('the page, where the price rises while somebody watches', function () {
  this.timeout(120_000);
  let folder: string;
  let selling: Selling;
  let of: SoldVideo;
  let browser: Browser;
  let me: Visit;
  let extension: Extension;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'price-'));
    selling = await startSelling({ env: { CLAIM: 'off' } });
    of = await selling.sold({ file: await makeFilm(folder, 200) });
    browser = await startChromium();
    me = await visit(browser, selling.api.url);
    const signer = selling.api.wallet(VIEWER);
    extension = await installExtension(me.context, { signer, chainId: selling.parties.chainId });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await selling?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const sold = () => selling.unitsOf(selling.api.wallet(VIEWER), of);
  const fast = () =>
    me.page.locator('video').evaluate((video: HTMLVideoElement) => Object.assign(video, { playbackRate: 4 }));

  it('asks before it pays more than what was shown, and goes on by one click', async () => {
    const { page } = me;
    await me.open('/');
    await me.takeExtension(extension.name);
    await me.open(`/watch/${of.cid}`);
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: /^Deposit .* and play/ }).click();
    await playedPast(page, 1);
    await selling.reprice(of, 3n * PRICE);
    // Whatever is published makes the page read its listing anew.
    await selling.sold();
    await page.locator('.price', { hasText: '0.003 ETH' }).waitFor();
    await fast();
    const notice = page.getByRole('alert');
    await notice.getByText('A minute costs 0.003 ETH now, not 0.001 ETH.').waitFor();
    await page.getByText('It waits for you: what to decide stands beside the video.').waitFor();
    expect(await sold()).to.deep.equal([0]);
    await notice.getByRole('button', { name: 'Pay that' }).click();
    await playedPast(page, 62);
    expect(await sold()).to.deep.equal([0, 1]);
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
    await me.close();
  });
});

import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { eventually } from '../../../e2e/host.ts';
import { testWallet } from '../../../wallets.ts';
import { startChromium } from '../../chromium.ts';
import { type Extension, installExtension } from '../extension.ts';
import { playedPast, seek, type Visit, visit } from '../visit.ts';
import { unitsSold } from './bought.ts';
import { startTwoSellers, type TwoSellers } from './two-sellers.ts';

const DEVNET = 31_337;
const VIEWER = 3;

describe('the page, where a provider goes away while somebody watches', function () {
  this.timeout(180_000);
  let world: TwoSellers;
  let browser: Browser;
  let me: Visit;
  let extension: Extension;

  before(async () => {
    world = await startTwoSellers(200);
    browser = await startChromium();
    me = await visit(browser, world.a.url);
    const signer = testWallet(VIEWER, world.chain);
    extension = await installExtension(me.context, { signer, chainId: DEVNET });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const soldByA = () => unitsSold(world.a, testWallet(VIEWER).address);
  const soldByB = () => unitsSold(world.b, testWallet(VIEWER).address);
  const deposit = async () => {
    await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
    await me.page.getByRole('button', { name: 'Deposit 0.001 ETH and play' }).click();
  };
  const optionOf = (provider: string) =>
    me.page.locator('.option').filter({ has: me.page.locator(`[value="${provider}"]`) });
  const positionOf = () => me.page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
  const playAt = (rate: number) =>
    me.page
      .locator('video')
      .evaluate((video: HTMLVideoElement, to) => Object.assign(video, { playbackRate: to }), rate);
  /** Until the browser holds what lies before a second. */
  const heldUntil = async (sec: number) =>
    await eventually(
      30_000,
      async () =>
        await me.page
          .locator('video')
          .evaluate(({ buffered }: HTMLVideoElement) =>
            buffered.length > 0 ? buffered.end(buffered.length - 1) : 0,
          ),
      (held) => held >= sec,
    );

  const isAway = () =>
    me.page
      .getByText(`${new URL(world.line.url).host} does not answer. It goes on by itself as soon as it does.`)
      .waitFor();
  const notice = () => me.page.getByRole('alert');
  const short = (address: string) => `${address.slice(0, 6)}…${address.slice(-4)}`;

  it('plays what it holds, then says who does not answer', async () => {
    const { page } = me;
    await me.open('/');
    await me.takeExtension(extension.name);
    // Named, since the page proposes the other one where that answers first.
    await me.open(`/watch/${world.video.cid}?provider=${world.sellerA}`);
    await deposit();
    await playedPast(page, 2);
    await heldUntil(20);
    world.line.isCut = true;
    await playAt(4);
    await isAway();
    expect(await positionOf()).to.be.within(20, 60.5);
    await notice()
      .getByText(`${short(world.sellerA)} does not answer.`)
      .waitFor();
    await notice().getByText('Nothing is paid meanwhile, and what is paid stays yours.').waitFor();
    await optionOf(world.sellerA).getByText('does not play').waitFor();
    expect(soldByA()).to.deep.equal([0]);
  });

  it('goes on by itself when the provider is back', async () => {
    world.line.isCut = false;
    await notice().waitFor({ state: 'detached' });
    await playedPast(me.page, 62);
    expect(soldByA()).to.deep.equal([0, 1]);
  });

  it('goes on at the same second with who else sells it, after one confirmation, and buys nothing twice', async () => {
    const { page } = me;
    await playAt(1);
    await heldUntil(100);
    world.line.isCut = true;
    await playAt(4);
    await isAway();
    const atSec = await positionOf();
    expect(atSec).to.be.within(100, 120.5);
    await page.getByRole('button', { name: `Watch from ${short(world.sellerB)} instead` }).click();
    expect(soldByB()).to.deep.equal([]);
    await deposit();
    expect(await playedPast(page, atSec + 0.5)).to.be.below(atSec + 5);
    expect(extension.said).to.deep.equal({ transactions: 2, signatures: 0 });
    await seek(page, 30);
    await playedPast(page, 31);
    expect(soldByB()).to.deep.equal([2]);
    expect(soldByA()).to.deep.equal([0, 1]);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

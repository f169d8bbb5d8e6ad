import { expect } from 'chai';
import { JsonRpcProvider, Wallet } from 'ethers';
import type { Browser, Locator, Page } from 'playwright-core';
import { getJson } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { type Extension, installExtension } from './extension.ts';
import { startTokenWorld, TOKEN, type TokenWorld } from './token-world.ts';
import { type Visit, visit } from './visit.ts';

const DEVELOPMENT = 31_337;
const MAINNET = 1;
const CREATOR = 2;
const DESCRIPTION = 'A walk by the sea.\nIn one take.';
/** What the host calls unreadable: it turns the text behind it. */
const TURNED = 'turned \u202e around';

interface Listed {
  cid: string;
  token: string;
  price: string;
  unit: string;
  metadata: string;
}

describe('what a creator does on the page', () => {
  let world: TokenWorld;
  let browser: Browser;
  let me: Visit;
  let page: Page;

  before(async () => {
    world = await startTokenWorld();
    browser = await startChromium();
    me = await visit(browser, world.host.url);
    me.context.setDefaultTimeout(60_000);
    page = me.page;
    await me.open('/publish');
    await me.takeTestWallet(CREATOR);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const listed = async (search: string) => {
    const found = await getJson<{ contents: Listed[] }>(`${world.host.url}/contents?search=${search}`);
    return found.contents[0] as Listed;
  };
  const publish = () => page.getByRole('button', { name: 'Upload and publish' }).click();
  const frames = () => page.getByRole('radio', { name: /^The video at / });

  it('chooses one of three pictures out of the video, by the keyboard, too', async () => {
    await page.locator('input[type=file]').setInputFiles('data/video.mp4');
    await frames().nth(2).waitFor({ state: 'attached' });
    expect(await frames().count()).to.equal(3);
    expect(await frames().nth(0).isChecked()).to.equal(true);
    await frames().nth(0).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.poster-option').nth(2).click();
    expect(await frames().nth(2).isChecked()).to.equal(true);
    await page.keyboard.press('ArrowLeft');
    expect(await frames().nth(1).isChecked()).to.equal(true);
  });

  it('shows what the host refuses at the field, until that is changed', async () => {
    await page.getByLabel('Description').fill(TURNED);
    await publish();
    await me.reached('failed');
    const error = page.locator('.field-error').filter({ hasText: 'Metadata' });
    await error.waitFor();
    await page.getByLabel('Description').fill(DESCRIPTION);
    await error.waitFor({ state: 'detached' });
  });

  it('sells by the minute, in a coin by its name, up to the most that one pays', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Of the form');
    await page.getByLabel(/^By the minute/).check();
    await page.locator(`.option`).filter({ hasText: 'this host vouches for it' }).click();
    await page.getByLabel('Price of one minute').fill('0.02');
    await page.getByLabel('The most one pays for this video').fill('0.5');
    await page.getByText('A whole number of minutes, such as 30, or nothing.').waitFor();
    await page.getByLabel('The most one pays for this video').fill('30');
    await page.getByText(/^0\.6 \S+ within 24 hours\./).waitFor();
    const shown = await page
      .locator('.poster-option img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
    await publish();
    await page.getByRole('list', { name: 'How far it is' }).waitFor();
    await page.getByRole('progressbar', { name: 'Packaging' }).waitFor();
    await page.getByText('Viewers can watch it now.').waitFor();
    const found = await listed('form');
    expect(found).to.include({ token: TOKEN, price: '0.02', unit: 'minute' });
    expect(JSON.parse(found.metadata)).to.deep.equal({ description: DESCRIPTION, cap_units: 30 });
    const far = await page.evaluate(differences, { shown, poster: `/ipfs/${found.cid}/poster.jpg` });
    expect(far.indexOf(Math.min(...far)), `the chosen picture is the poster: ${far.join(' ')}`).to.equal(1);
  }).timeout(180_000);

  it('shows to viewers what is said of it, and the most that they pay', async () => {
    const viewer = await visit(browser, world.host.url);
    await viewer.open(`/watch/${(await listed('form')).cid}`);
    const about = viewer.page.getByRole('region', { name: 'About this video' });
    await about.getByText('A walk by the sea.').waitFor();
    await about.getByText(/^At most 0\.6 \S+ is paid for it within 24 hours/).waitFor();
    await viewer.close();
  });

  it('takes another coin by its address alone, and says what is wrong with one', async () => {
    await page.locator('.option').filter({ hasText: 'by its address' }).click();
    const address = page.getByLabel('Address of the coin');
    await address.fill('0x12');
    await page.getByText('An address is 0x and 40 letters and digits.').waitFor();
    await address.fill(testWallet(5).address);
    await page.getByText('There is no coin at this address, or the chain does not answer.').waitFor();
    await address.fill(TOKEN);
    await page.getByText(/^The price is in /).waitFor();
    await page.locator('.option').filter({ hasText: 'the chain’s own coin' }).click();
    await address.waitFor({ state: 'detached' });
  });

  it('says so where no picture can be made, and publishes without one', async () => {
    const file = { name: 'sound.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no sound') };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('so there is no picture to choose: it is listed without one.').waitFor();
    expect(await frames().count()).to.equal(0);
  });

  it('announces other terms, with the notice explained, and takes them back', async () => {
    await page.getByText('Change its terms').first().click();
    const announce = page.getByRole('button', { name: 'Announce the new terms' });
    await page.getByText('These are the terms that hold now.').waitFor();
    expect(await announce.isDisabled()).to.equal(true);
    await page.getByText(/^The new terms hold 20 seconds after they are announced/).waitFor();
    const own = page.locator('form').filter({ has: announce });
    await own.getByLabel('Price of one minute').fill('much');
    await own.getByText('A price is a number such as 0.001.').waitFor();
    await own.getByLabel('Price of one minute').fill('0.03');
    await announce.click();
    await page.getByText(/^0\.03 \S+ a minute from then on/).waitFor();
    await page.getByRole('button', { name: 'Keep the old terms' }).click();
    await page.getByText(/a minute from then on/).waitFor({ state: 'detached' });
    expect((await listed('form')).price).to.equal('0.02');
  });

  it('announces them by a signature alone, too: the host sends it', async () => {
    const announce = page.getByRole('button', { name: 'Announce the new terms' });
    const own = page.locator('form').filter({ has: announce });
    await own.getByLabel('Price of one minute').fill('0.04');
    await own.getByLabel(/^By the view/).check();
    await own.getByLabel(/I only sign/).check();
    await announce.click();
    await page.getByText(/^0\.04 \S+ a view from then on/).waitFor();
    await page.getByRole('button', { name: 'Keep the old terms' }).click();
    await page.getByText(/a view from then on/).waitFor({ state: 'detached' });
  });

  it('retires only after a question', async () => {
    await page.getByRole('button', { name: 'Retire …' }).click();
    await page.getByText('Retire “Of the form”?').waitFor();
    await page.getByText(/^In 20 seconds nobody can pay for it any more/).waitFor();
    await page.getByRole('button', { name: 'No, keep selling it' }).click();
    await page.getByText('Retire “Of the form”?').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Retire …' }).click();
    await page.getByRole('button', { name: 'Retire it' }).click();
    await page.getByText(/^To be retired/).waitFor();
    await me.close();
  });

  describe('with a wallet that asks', () => {
    let extension: Extension;
    let chain: JsonRpcProvider;
    before(async () => {
      chain = new JsonRpcProvider(world.host.rpcUrl, undefined, { cacheTimeout: -1 });
    });
    after(() => chain?.destroy());

    /** Somebody who has published a file, and asks to retire it. */
    async function begin(signer: Wallet, name: string): Promise<Locator> {
      const form = new FormData();
      const shares = { creator_share: 70, provider_share: 30 };
      const listing = { video_name: name, content_creator_wallet: signer.address, ...shares, price: '0.001' };
      form.set('json_data', JSON.stringify(listing));
      form.set('file', new Blob([name]), 'file.bin');
      expect(
        (await fetch(`${world.host.url}/upload-content`, { method: 'POST', body: form })).status,
      ).to.equal(200);
      me = await visit(browser, world.host.url);
      page = me.page;
      extension = await installExtension(me.context, { signer, chainId: DEVELOPMENT });
      await me.open('/publish');
      await me.takeExtension(extension.name);
      await page.getByRole('button', { name: 'Retire …' }).click();
      return page.getByRole('button', { name: 'Retire it' });
    }

    it('waits for it, and says so when the person says no, or is on another network; then it goes on', async () => {
      const retire = await begin(testWallet(7, chain), 'Asked for');
      extension.answer = 'no';
      await retire.click();
      await page.getByText('You said no in the wallet.').waitFor();
      await extension.goTo(MAINNET);
      await page
        .locator('#main')
        .getByText(/Your wallet is on Ethereum/)
        .waitFor();
      await retire.click();
      await page.getByText('The wallet is on another network: Ethereum.').waitFor();
      await extension.goTo(DEVELOPMENT);
      await page
        .locator('#main')
        .getByText(/Your wallet is on Ethereum/)
        .waitFor({ state: 'detached' });
      extension.answer = 'later';
      await retire.click();
      await page.getByText('Confirm in your wallet.').waitFor();
      extension.answer = 'yes';
      await page.getByText(/^To be retired/).waitFor();
      await me.close();
    });

    it('says what it would take where the balance is too low, before the wallet is asked', async () => {
      const retire = await begin(new Wallet(Wallet.createRandom().privateKey, chain), 'Of somebody poor');
      await retire.click();
      await page.getByText('The balance is too low.').waitFor();
      expect(extension.said.transactions).to.equal(0);
      await me.close();
    });
  });
});

/** In the page: how far each picture is from the poster, in mean difference of its pixels. */
async function differences({ shown, poster }: { shown: string[]; poster: string }): Promise<number[]> {
  const [width, height] = [32, 18];
  const pixels = async (src: string) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const wanted = await pixels(poster);
  const all = await Promise.all(shown.map(pixels));
  return all.map(
    (one) => one.reduce((sum, value, at) => sum + Math.abs(value - (wanted[at] ?? 0)), 0) / one.length,
  );
}

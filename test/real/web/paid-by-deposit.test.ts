import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseEther } from 'ethers';
import { testWallet } from '../../wallets.ts';
import { makeSource } from '../ffmpeg-sources.ts';
import type { Extension } from './extension.ts';
import { type Paying, startPaying } from './paying.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, seek, type Visit } from './visit.ts';

const VIEWER = 3;
const PRICE = parseEther('0.0001');

describe('the page, where keys are paid from a deposit', () => {
  let on: Paying;
  let me: Visit;
  let extension: Extension;

  before(async function () {
    this.timeout(120_000);
    on = await startPaying();
    const film = new Uint8Array(await readFile(await makeSource(on.dataDir, 'mp4')));
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 5, serve: true };
    await publishProtected(on.host, 'Two minutes', terms, film);
    await publishProtected(on.host, 'A short one', { price: '0.0002', preview_sec: 0, serve: true });
    ({ me, extension } = await on.visitBy(VIEWER));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(() => on?.stop());

  const channels = () => on.channelsOf(VIEWER);
  const spent = async (text: string) => {
    const { page } = me;
    await page.getByRole('button', { name: /^(Spent and left|Look again)$/ }).click();
    await page.locator('dt:text-is("Spent") + dd', { hasText: text }).waitFor();
  };

  it('plays the free start, and says length and full cost before anything is paid', async () => {
    const { page } = me;
    await me.open('/');
    await me.takeExtension(extension.name);
    await page.getByRole('link', { name: 'Two minutes' }).click();
    await playedPast(page, 0.3);
    await page.getByText('1:18 long. All of it takes 2 minutes: 0.0002 ETH.').waitFor();
    await page.getByText('Pay to go on').waitFor();
    expect(await channels()).to.deep.equal([]);
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 0 });
  });

  it('says what everybody can see before it takes a deposit; one confirmation, and it goes on', async () => {
    const { page } = me;
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByText('What one watches is public on chain.').waitFor();
    await page.getByText('0.001 ETH. It is good for').waitFor();
    await page.getByLabel('Limit for this video, in minutes').fill('1');
    await page.getByRole('button', { name: 'Deposit 0.001 ETH and play' }).click();
    await page.getByText('Keys are paid from your deposit as you watch.').waitFor();
    await playedPast(page, 8);
    await page.getByText('Pay to go on').waitFor({ state: 'detached' });
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
    const [channel] = await channels();
    expect(channel?.deposit_base_units).to.equal(String(PRICE * 10n));
    await spent('0.0001 ETH');
    await page.getByText('0.0009 ETH').waitFor();
    const [player, share] = await Promise.all(
      [page.locator('.player'), page.getByRole('button', { name: 'Share' })].map((each) =>
        each.boundingBox(),
      ),
    );
    const hole = (share?.y ?? 0) - (player?.y ?? 0) - (player?.height ?? 0);
    expect(hole, 'what is spent opens no hole under the player').to.be.within(0, 40);
    await page.locator('dt:text-is("Limit for this video") + dd', { hasText: '0.0001 ETH' }).waitFor();
  });

  it('pays nothing beyond the limit before the person says so', async () => {
    const { page } = me;
    await seek(page, 65);
    await page.getByText('Your limit for this video is reached: 0.0001 ETH.').waitFor();
    await spent('0.0001 ETH');
    await page.getByRole('button', { name: 'Allow 0.0003 ETH' }).click();
    await playedPast(page, 65.5);
    await spent('0.0002 ETH');
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
  });

  it('proposes no more than what is missing for the rest', async () => {
    const { page } = me;
    await page.getByRole('button', { name: 'Put more aside' }).click();
    expect(await page.getByLabel('Deposit, in minutes').inputValue()).to.equal('1');
    await page.keyboard.press('Escape');
  });

  it('goes on after a reload where it was, by one click, and pays nothing twice', async () => {
    const { page } = me;
    await page.reload();
    await page.getByText(/ It goes on at 1:0\d\./).waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    // What plays before that begins at the start: it goes there, and does not wait a minute.
    await playedPast(page, 63);
    await spent('0.0002 ETH');
    await seek(page, 30);
    await playedPast(page, 30.5);
    await spent('0.0002 ETH');
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
  });

  it('lists the deposit in Earnings, with a way to a video of its provider', async () => {
    const { page } = me;
    await page.goto(`${on.host.url}/earnings?as=viewer`);
    const listed = page.locator('section', { hasText: 'Your deposits' }).last();
    await listed.getByText('0.001 ETH').waitFor();
    const link = listed.getByRole('link');
    expect(await link.getAttribute('href')).to.match(/^\/watch\/.*&provider=0x/);
  });

  it('plays another video of the provider by one click, with a limit of its own; it may have no free start', async () => {
    const { page } = me;
    await page.goto(`${on.host.url}/`);
    await page.getByRole('link', { name: 'A short one' }).click();
    await page.getByText('0:12 long. All of it takes 1 view: 0.0002 ETH for 24 hours.').waitFor();
    await page.getByText('From your deposit, 0.0002 ETH at most for this video.').waitFor();
    expect(await page.locator('video').count()).to.equal(0);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 1);
    await spent('0.0004 ETH');
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
  });

  it('gives the rest back by one button, once the provider has claimed, and asks the wallet for nothing', async () => {
    const { page } = me;
    const before = await on.chain.getBalance(testWallet(VIEWER).address);
    await page.getByRole('button', { name: 'Take the rest back' }).click();
    await page.getByText('The rest is in your wallet. 0.0006 ETH came back.').waitFor();
    await page.getByRole('button', { name: 'Pay as you watch' }).waitFor();
    const [channel] = await channels();
    expect(channel).to.include({ deposit_base_units: '0', claimed_base_units: String(PRICE * 4n) });
    expect((await on.chain.getBalance(testWallet(VIEWER).address)) - before).to.equal(PRICE * 6n);
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseEther } from 'ethers';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { makeSource } from '../ffmpeg-sources.ts';
import type { Extension } from './extension.ts';
import { type Paying, startPaying } from './paying.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, seek, type Visit } from './visit.ts';

const VIEWER = 3;
const PRICE = parseEther('0.0001');
const FILM = 'Two minutes';
const DELAY_SEC = 10;

describe('the page in another browser of the same wallet', () => {
  let on: Paying;
  let first: Visit;
  let me: Visit;
  const others: Visit[] = [];
  let extension: Extension;

  before(async function () {
    this.timeout(120_000);
    on = await startPaying();
    const film = new Uint8Array(await readFile(await makeSource(on.dataDir, 'mp4')));
    await publishProtected(
      on.host,
      FILM,
      { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true },
      film,
    );
    ({ me: first } = await browserOf());
    await first.page.getByRole('button', { name: 'Pay as you watch' }).click();
    await first.page.getByRole('button', { name: /^Deposit .* and play$/ }).click();
    await playedPast(first.page, 1);
    await first.page.getByRole('button', { name: 'Spent and left' }).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.log(await (me ?? first).page.locator('body').innerText());
  });
  after(() => on?.stop());

  /** A browser with the wallet in it, at the film. */
  async function browserOf() {
    const { me: own, extension: installed } = await on.visitBy(VIEWER);
    await own.open('/');
    await own.takeExtension(installed.name);
    await own.page.getByRole('link', { name: FILM }).click();
    return { me: own, installed };
  }
  const channels = () => on.channelsOf(VIEWER);

  const held: [what: string, path: string][] = [
    ['the keys', '**/keys/*'],
    ['the playlist', '**/master.m3u8'],
  ];
  for (const [what, path] of held) {
    it(`opens by one signature what is open there, and pays nothing for it, however late ${what} are`, async () => {
      ({ me, installed: extension } = await browserOf());
      const { page } = me;
      await page.getByText('This wallet has paid this provider from another browser.').waitFor();
      const opened = page.getByText('What this wallet has paid is open here.');
      await page.route(path, async (route) => {
        // A key that is asked for with a token is one after that.
        if (!route.request().headers().authorization) await opened.waitFor();
        await route.continue();
      });
      await page.getByRole('button', { name: 'Open it here' }).click();
      await opened.waitFor();
      await playedPast(page, 1);
      expect(extension.said).to.deep.equal({ transactions: 0, signatures: 1 });
      expect(await channels()).to.have.length(1);
      others.push(me);
    });
  }

  it('says where that ends', async () => {
    const { page } = me;
    await seek(page, 65);
    await page.getByText('Here ends what this wallet has paid.').waitFor();
    await page.getByRole('button', { name: 'Pay as you watch' }).waitFor();
  });

  it('has it open after a reload, by a click', async () => {
    const { page } = me;
    await page.reload();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 1);
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 1 });
  });

  it('finds the deposit that was made there, and has the rest back', async () => {
    const { page } = me;
    await page
      .getByText(/Up to 0\.001 ETH are left there\. It was put aside (just now|\d+ minutes? ago)\./)
      .waitFor();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('The rest is asked for, and nothing more is bought.').waitFor();
    await until('the provider has claimed', async () => {
      return (await channels())[0]?.claimed_base_units === String(PRICE);
    });
    await on.chain.send('evm_increaseTime', [DELAY_SEC + 1]);
    await on.chain.send('evm_mine', []);
    const before = await on.chain.getBalance(testWallet(VIEWER).address);
    await until('the delay is over', async () => {
      const [channel] = await channels();
      return Date.parse(channel?.withdrawable_at ?? '') < Date.now();
    });
    await page.reload();
    await page.getByRole('button', { name: 'Take 0.0009 ETH' }).click();
    await until('the rest is back', async () => (await channels())[0]?.deposit_base_units === '0');
    const back = (await on.chain.getBalance(testWallet(VIEWER).address)) - before;
    expect(back > PRICE * 8n && back <= PRICE * 9n).to.equal(true);
    expect(extension.said).to.deep.equal({ transactions: 2, signatures: 1 });
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    for (const each of [first, ...others]) await each.close();
  });
});

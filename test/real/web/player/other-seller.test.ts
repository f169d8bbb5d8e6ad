import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { testWallet } from '../../../wallets.ts';
import { startChromium } from '../../chromium.ts';
import { type Extension, installExtension } from '../extension.ts';
import { playedPast, seek, type Visit, visit } from '../visit.ts';
import { unitsSold } from './bought.ts';
import { startTwoSellers, type TwoSellers } from './two-sellers.ts';

const DEVNET = 31_337;
const VIEWER = 3;

describe('the page, where two providers sell a video', function () {
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
    await me.open('/');
    await me.takeExtension(extension.name);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const soldBy = (host: TwoSellers['a']) => unitsSold(host, testWallet(VIEWER).address);
  const deposit = async () => {
    await me.page.getByRole('button', { name: 'Pay as you watch' }).click();
    await me.page.getByRole('button', { name: 'Deposit 0.001 ETH and play' }).click();
  };
  const optionOf = (provider: string) =>
    me.page.locator('.option').filter({ has: me.page.locator(`[value="${provider}"]`) });
  const answersOf = (provider: string) => optionOf(provider).getByText('answers').waitFor();
  /** Whoever serves there answers only after the other one. */
  const holdBack = async (url: string, until: string) => {
    await me.page.route(`${url}/play/**`, async (route) => {
      await answersOf(until);
      await route.continue();
    });
  };
  const instead = () =>
    me.page.getByRole('button', {
      name: `Watch from ${world.sellerB.slice(0, 6)}…${world.sellerB.slice(-4)} instead`,
    });

  it('sees by itself that one begins to serve which is on chain already', async () => {
    const { page } = me;
    await page.route(`${world.b.url}/play/**`, (route) => route.abort());
    await me.open(`/watch/${world.video.cid}`);
    await optionOf(world.sellerB).getByText('does not play').waitFor();
    await page.unroute(`${world.b.url}/play/**`);
    await answersOf(world.sellerB);
  });

  it('stays with the one that was shown when a person pressed, whoever answers first later', async () => {
    const { page } = me;
    await holdBack(world.b.url, world.sellerA);
    await me.open(`/watch/${world.video.cid}`);
    await answersOf(world.sellerB);
    await deposit();
    await playedPast(page, 1);
    await page.unroute(`${world.b.url}/play/**`);
    await holdBack(world.line.url, world.sellerB);
    await page.reload();
    await answersOf(world.sellerA);
    expect(await optionOf(world.sellerA).getByRole('radio').isChecked()).to.equal(true);
    await page.unroute(`${world.line.url}/play/**`);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 1);
    expect([soldBy(world.a), soldBy(world.b)]).to.deep.equal([[0], []]);
  });

  it('says that one sells nothing now, with what is promised and who else sells, and goes on by itself', async () => {
    const { page } = me;
    const lags = { status: 503, code: 'mirror_behind', detail: 'The records lag.' };
    const headers = { 'access-control-allow-origin': '*' };
    let asked = 0;
    await page.route(`${world.line.url}/play/*/keys`, async (route) => {
      asked += 1;
      // The first answer names the price.
      if (asked === 1) await route.continue();
      else await route.fulfill({ status: 503, headers, json: lags });
    });
    await seek(page, 125);
    await page.getByText(/ does not sell right now\. It goes on by itself/).waitFor();
    await instead().waitFor();
    await page.getByRole('button', { name: 'Spent and left' }).click();
    const amount = (of: string) => page.locator(`dt:text-is("${of}") + dd`).filter({ hasText: '0.0001 ETH' });
    await amount('Promised, not open yet').waitFor();
    await amount('Spent').waitFor();
    await page.unroute(`${world.line.url}/play/*/keys`);
    await playedPast(page, 125.5);
    await page.locator('dt:text-is("Spent") + dd').filter({ hasText: '0.0002 ETH' }).waitFor();
    expect(await instead().count()).to.equal(0);
    expect([soldBy(world.a), soldBy(world.b)]).to.deep.equal([[0, 2], []]);
  });

  it('offers the other one where the first gave a wrong key, and not the same again', async () => {
    const { page } = me;
    world.line.change = (path, bytes) => {
      if (!path.endsWith('/keys')) return null;
      const { keys, ...rest } = JSON.parse(String(bytes));
      const wrong = Object.keys(keys).map((unit) => [unit, btoa('another key here')]);
      return JSON.stringify({ ...rest, keys: Object.fromEntries(wrong) });
    };
    await seek(page, 65);
    await page.getByText('The provider sold a wrong key.').waitFor();
    await instead().waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).to.equal(0);
    await page.reload();
    await page.getByText('This provider has sold a wrong key before.').waitFor();
    await instead().click();
    await deposit();
    await playedPast(page, 1);
    expect([soldBy(world.a), soldBy(world.b)]).to.deep.equal([[0, 2, 1], []]);
    await seek(page, 65);
    await playedPast(page, 65.5);
    expect([soldBy(world.a), soldBy(world.b)]).to.deep.equal([[0, 2, 1], [1]]);
    expect(extension.said).to.deep.equal({ transactions: 2, signatures: 0 });
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { startChromium } from '../chromium.ts';
import { setScene } from './scene.ts';
import { views } from './views.ts';
import { type Look, playedPast, visit } from './visit.ts';

const LOOKS: Record<string, Look> = {
  light: { scheme: 'light' },
  dark: { scheme: 'dark' },
  'on a phone': { scheme: 'light', width: 360 },
};
/** The views need only its form; the scene's own CID is known once the host runs. */
const NAMES = Object.keys(views(''));

describe('the page, for everybody', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let cid: string;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    cid = await setScene(host);
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  for (const [look, options] of Object.entries(LOOKS)) {
    for (const name of NAMES) {
      it(`${name}, ${look}: axe finds nothing serious, and nothing is wider than the window`, async () => {
        const me = await visit(browser, host.url, options);
        await views(cid)[name]?.(me);
        expect(await me.errors()).to.deep.equal([]);
        const [content, window] = await me.page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content).to.equal(window);
        expect(await me.cutOff()).to.deep.equal([]);
        await me.close();
      });
    }
  }

  for (const width of [360, 1280]) {
    it(`breaks no number in two: an amount with all decimals of its coin, ${width} pixels wide`, async () => {
      const me = await visit(browser, host.url, { width });
      await views(cid).earnings?.(me);
      const price = me.page.locator('.credits .price');
      expect(await price.innerText()).to.match(/^0\.\d{18} ETH$/);
      expect(await price.evaluate(linesOfNumber)).to.equal(1);
      await me.close();
    });
  }

  it('works by keyboard alone: from the skip link to the video that was paid', async () => {
    const me = await visit(browser, host.url);
    const { keyboard } = me.page;
    const focused = () => me.page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    const tabTo = async (text: string | RegExp) => {
      for (let i = 0; i < 40; i += 1) {
        await keyboard.press('Tab');
        if ((await focused()).match(text)) return;
      }
      throw new Error(`Tab does not lead to ${text}; it stands on ${await focused()}`);
    };
    await me.open('/');
    await me.page.getByText('2 providers').first().waitFor();
    await tabTo('Skip to the content');
    await tabTo('Connect wallet');
    await keyboard.press('Enter');
    await me.page.getByText('Test wallet 6').waitFor(); // the last one that the guides name
    await me.page.getByText('Test wallet 8').waitFor({ state: 'detached' });
    await tabTo(/^Show all 20/);
    await keyboard.press('Enter');
    await tabTo(/^Test wallet 10/);
    await keyboard.press('Enter');
    await me.page.getByRole('button', { name: /^Your wallet/ }).waitFor();
    await tabTo('Sample Video');
    await keyboard.press('Enter');
    await me.page.getByText('It plays: this host serves the very file that the CID names.').waitFor();
    expect(await focused()).to.equal('Sample Video');
    await tabTo('Pay 0.001 ETH and play');
    await keyboard.press('Enter');
    await me.page.getByText('You paid 0.001 ETH.').waitFor();
    await playedPast(me.page, 0.3);
    await me.close();
  });

  it('tells a screen reader where one is, and what happens', async () => {
    const me = await visit(browser, host.url);
    await me.open('/');
    await me.page.getByRole('link', { name: 'Earnings' }).click();
    const heading = me.page.getByRole('heading', { level: 1, name: 'Earnings' });
    await heading.waitFor();
    expect(await heading.evaluate((it) => it === document.activeElement)).to.equal(true);
    expect(await me.page.title()).to.equal('Earnings · Pennyreel');
    expect(await me.page.getByRole('link', { name: 'Earnings' }).getAttribute('aria-current')).to.equal(
      'page',
    );
    await me.takeTestWallet(3);
    await me.page.getByRole('button', { name: 'Withdraw ETH' }).click();
    await me.page.getByRole('status').filter({ hasText: 'Withdrawn to your wallet.' }).waitFor();
    await me.close();
  });
});

/** In the page: on how many lines a number stands, before the name of its coin. */
function linesOfNumber(price: Element): number {
  const range = document.createRange();
  const [text] = price.childNodes;
  if (!text) return 0;
  range.setStart(text, 0);
  range.setEnd(text, price.textContent?.indexOf(' ') ?? 0);
  return range.getClientRects().length;
}

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { jpeg } from '../../packager/pictures.ts';
import { until } from '../../until.ts';
import { startChromium } from '../chromium.ts';
import { freePort } from './free-port.ts';
import { publishProtected } from './protected-upload.ts';
import { errorsOf } from './visit.ts';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const NAME = 'Minutes for everybody';
const SLOW_MS = 40_000;

/** A page of another site, with the frame that this host's oEmbed names. */
describe('a video in a frame of another site', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let other: Server;
  let site: string;
  let cid: string;
  let errors: string[];
  let body = '';
  const asked: { method: string; url: string; headers: Record<string, string> }[] = [];
  const touched: string[] = [];

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { PORT: String(await freePort()) } });
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 3, serve: true };
    ({ cid } = await publishProtected(host, NAME, terms, undefined, jpeg()));
    other = createServer((_req, res) => {
      const document = `<!doctype html><html lang="en"><title>A blog</title><h1>A blog</h1>${body}</html>`;
      res.setHeader('Content-Type', 'text/html').end(document);
    });
    const port = await freePort();
    other.listen(port, '127.0.0.1');
    site = `http://localhost:${port}`;
    browser = await startChromium();
    context = await browser.newContext({ viewport: { width: 900, height: 700 } });
    context.setDefaultTimeout(20_000);
    await context.exposeBinding('touched', (_source, what: string) => void touched.push(what));
    await context.addInitScript(watchWallets);
    context.on('request', (request) => {
      asked.push({ method: request.method(), url: request.url(), headers: request.headers() });
    });
    page = await context.newPage();
    errors = errorsOf(page);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.log(asked.map(({ method, url }) => `${method} ${url}`).join('\n'));
  });
  after(async () => {
    await browser?.close();
    other?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const video = () => page.frameLocator('iframe').locator('video');
  async function frame(): Promise<Frame> {
    const found = await (await page.locator('iframe').elementHandle())?.contentFrame();
    if (!found) throw new Error('There is no frame.');
    return found;
  }

  it('is what oEmbed names: its picture, its title and its price', async () => {
    const url = `${host.url}/oembed?url=${encodeURIComponent(`${host.url}/watch/${cid}`)}`;
    body = (await getJson<{ html: string }>(url)).html;
    await page.goto(site);
    const inside = page.frameLocator('iframe');
    await inside.getByRole('heading', { name: NAME }).waitFor();
    await inside.getByText('0.0001 ETH a minute, the first 3 s are free').waitFor();
    expect(await video().getAttribute('poster')).to.equal(`/ipfs/${cid}/poster.jpg`);
    expect(asked.filter((each) => /hls|play-free|master/.test(each.url))).to.deep.equal([]);
  });

  it('plays its free start at a click, and no more', async () => {
    const inside = page.frameLocator('iframe');
    await inside.getByRole('button', { name: `Play the free start of ${NAME}` }).click();
    await until(
      'it plays',
      async () => {
        return await video().evaluate((element: HTMLVideoElement) => element.currentTime > 0.5);
      },
      SLOW_MS,
    );
    await inside.getByText('The free start ends here.').waitFor();
    const stands = await video().evaluate((element: HTMLVideoElement) => element.currentTime);
    expect(stands).to.be.within(2, 8);
    await inside.getByRole('button', { name: 'Play again' }).click();
    await until(
      'it plays again',
      async () => {
        return await video().evaluate((element: HTMLVideoElement) => {
          return !element.paused && element.currentTime > 0.2 && element.currentTime < 8;
        });
      },
      SLOW_MS,
    );
    await inside.getByText('The free start ends here.').waitFor();
  });

  it('has touched no wallet, and asked for nothing that is paid', async () => {
    expect(touched).to.deep.equal([]);
    const atHost = asked.filter(({ url }) => !url.startsWith(site) && !url.startsWith('blob:'));
    const { origin } = new URL(host.url);
    for (const { method, url, headers } of atHost) {
      expect(method, url).to.equal('GET');
      expect(new URL(url).origin, url).to.equal(origin);
      expect(url).to.match(/\/(embed|assets|ipfs|favicon)/);
      expect(url).to.not.match(/\/keys\//);
      expect(headers, url).to.not.have.any.keys('payment-signature', 'authorization', 'x-payment');
    }
    expect(atHost.some(({ url }) => url.endsWith('.m4s'))).to.equal(true);
    expect(errors).to.deep.equal([]);
  });

  it('can be read and used by everybody', async () => {
    const inside = await frame();
    await inside.evaluate(AXE);
    const found = (await inside.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
      violations: { id: string; impact: string }[];
    };
    const grave = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id }) => id)).to.deep.equal([]);
  });

  it('leads to the full page, in a tab of its own', async () => {
    const opened = context.waitForEvent('page');
    await page
      .frameLocator('iframe')
      .locator('.over')
      .getByRole('link', { name: /^Watch the rest at / })
      .click();
    const full = await opened;
    await full.getByRole('heading', { level: 1, name: NAME }).waitFor();
    expect(new URL(full.url()).pathname).to.equal(`/watch/${cid}`);
    await full.close();
  });

  it('comes of a click on "Share", with a link to a time', async () => {
    const full = await context.newPage();
    await full.goto(`${host.url}/watch/${cid}`);
    await full.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1.1);
    await full.getByRole('button', { name: 'Share' }).click();
    const dialog = full.getByRole('dialog', { name: 'Share this video' });
    await dialog.getByText(`${host.url}/watch/${cid}`, { exact: true }).waitFor();
    await dialog.getByText(`<iframe src="${host.url}/embed/${cid}"`).waitFor();
    await dialog.getByLabel(/^Begins at 0:0\d$/).check();
    const link = await dialog.locator('code').first().innerText();
    expect(link).to.match(/\?t=\d$/);
    await full.goto(link.replace(/t=\d$/, 't=2'));
    await full.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) >= 2);
    const shown = await full.locator('link[rel=canonical]').getAttribute('href');
    expect(shown).to.equal(`${host.url}/watch/${cid}`);
    await full.close();
  });

  it('is all that other sites may have in a frame', async () => {
    body = `<iframe src="${host.url}/watch/${cid}"></iframe>`;
    await page.goto(site);
    await until('the browser refuses it', async () => /^chrome-error:/.test((await frame()).url()), SLOW_MS);
  });
});

/** In every page and frame: what looks for a wallet is told. */
function watchWallets(): void {
  const tell = (what: string) => void (window as unknown as { touched(what: string): void }).touched(what);
  Object.defineProperty(window, 'ethereum', { get: () => tell('window.ethereum') });
  window.addEventListener('eip6963:requestProvider', () => tell('eip6963:requestProvider'));
}

import { expect } from 'chai';
import type { Browser, Locator } from 'playwright-core';
import { runBlock } from '../../../scripts/lib/takedown/run.ts';
import { dataFolder, type HostProcess, removeFolder, startHost, UNSET } from '../../e2e/host.ts';
import { jpeg } from '../../packager/pictures.ts';
import { runHere } from '../../scripts/run.ts';
import { until } from '../../until.ts';
import { startChromium } from '../chromium.ts';
import { publishProtected } from './protected-upload.ts';
import { type Visit, visit } from './visit.ts';

const POSTER = '**/poster.jpg';

describe('the picture of a video', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;
  let sold: string;
  let begun: string;

  before(async function () {
    this.timeout(120_000);
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    const terms = { price: '0.0001', unit: 'minute', serve: true };
    const publish = (name: string, preview_sec: number) =>
      publishProtected(host, name, { ...terms, preview_sec }, undefined, jpeg());
    sold = (await publish('All of it is sold', 0)).cid;
    begun = (await publish('Its start is free', 3)).cid;
    browser = await startChromium();
    me = await visit(browser, host.url);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const art = () => me.page.locator('.stage > .art');
  const isShown = (picture: Locator) => picture.evaluate((it: HTMLImageElement) => it.naturalWidth > 0);

  it('stands on its page until it plays, and the button in it can be pressed', async () => {
    await me.open(`/watch/${sold}`);
    const picture = art().locator('img');
    await until('it is shown', () => isShown(picture));
    expect(await picture.getAttribute('src')).to.equal(`/ipfs/${sold}/poster.jpg`);
    await art().getByRole('button').click({ trial: true });
    await me.open(`/watch/${begun}`);
    const video = me.page.locator('video');
    expect(await video.getAttribute('poster')).to.equal(`/ipfs/${begun}/poster.jpg`);
    expect(await me.errors()).to.deep.equal([]);
  });

  it('is drawn from the CID where it does not come, on its card and on its page', async () => {
    const { page } = me;
    const card = page.locator('.card', { hasText: 'All of it is sold' });
    await me.open('/');
    await until('it is on the card', () => isShown(card.locator('img')));
    await page.route(POSTER, (route) => route.fulfill({ status: 500, body: 'no picture' }));
    await page.reload();
    await card.locator('.art > .icon').waitFor();
    expect(await card.locator('img').count()).to.equal(0);
    await me.open(`/watch/${sold}`);
    await art().getByRole('button').waitFor();
    await until('it is gone', async () => (await art().locator('img').count()) === 0);
    await page.unroute(POSTER);
  });

  it('is not asked for of a video that is taken down', async () => {
    const { page } = me;
    const done = await runHere(runBlock, [sold], { ...UNSET, DATA_DIR: dataDir });
    expect(done.how, done.stderr).to.equal(0);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await me.open(`/watch/${sold}`);
    await page.getByText('This host does not serve it').or(page.getByRole('alert')).first().waitFor();
    await me.open('/');
    await page.locator('.card', { hasText: 'Its start is free' }).waitFor();
    expect(asked).to.not.include(`/ipfs/${sold}/poster.jpg`);
    expect(asked).to.include(`/contents/${sold}`);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

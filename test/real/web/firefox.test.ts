import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'puppeteer-core';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { until } from '../../until.ts';
import { makeFilm } from '../ffmpeg-sources.ts';
import { startFirefox } from '../firefox.ts';
import { type FirefoxVisit, visitInFirefox } from './firefox-visit.ts';
import { freePort } from './free-port.ts';

const NAME = 'A film for foxes';
const SECONDS = 40;
const PREVIEW_SEC = 5;
/** Of the test wallets, from 1 on. */
const [CREATORS, VIEWERS] = [2, 4] as const;
const LONG_MS = 60_000;

/** The whole circle in another browser than all other tests have. */
describe('the page in Firefox', function () {
  this.timeout(180_000);
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let creator: FirefoxVisit;
  let viewer: FirefoxVisit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { PORT: String(await freePort()) } });
    browser = await startFirefox();
    creator = await visitInFirefox(browser, host.url);
    viewer = await visitInFirefox(browser, host.url);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const each of [creator, viewer]) console.log(await each?.text().catch(String));
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const listed = async () =>
    (
      await getJson<{ contents: { cid: string; unit: string; media: { form: string } | null }[] }>(
        `${host.url}/contents?search=foxes`,
      )
    ).contents;

  it('publishes a protected film by the minute, and serves it at once', async () => {
    const path = join(dataDir, `${NAME}.mp4`);
    await writeFile(path, await makeFilm(dataDir, SECONDS));
    await creator.open('/publish');
    await creator.takeTestWallet(CREATORS);
    await creator.choose(path);
    await creator.read('0:24'); // The last of three pictures: they move what stands under them.
    await creator.press('^By the minute');
    await creator.fill('^Price of one minute', '0.0001');
    await creator.fill('^Free start', String(PREVIEW_SEC));
    await creator.press('^Upload and publish$');
    await until('it is listed', async () => (await listed()).length > 0, LONG_MS);
    await creator.read('Viewers can watch it now.');
    const [content] = await listed();
    expect([content?.unit, content?.media?.form]).to.deep.equal(['minute', 'protected']);
  });

  it('plays the free start to somebody else, and goes on for a deposit at one click', async () => {
    const [content] = await listed();
    await viewer.open(`/watch/${content?.cid}`);
    await viewer.takeTestWallet(VIEWERS);
    await viewer.read('Live');
    await viewer.playedPast(0.3);
    await viewer.press('^Pay as you watch$');
    await viewer.press('^Deposit .* and play$');
    await viewer.playedPast(PREVIEW_SEC + 2);
  });

  it('gives the rest back', async () => {
    await viewer.press('^(Spent and left|Look again)$');
    await viewer.press('^Take the rest back$');
    await viewer.read('The rest is in your wallet.');
  });

  it('shows the creator what came of it', async () => {
    const earned = async () =>
      (
        await getJson<{ by_coin: { credited: string }[] }>(`${host.url}/wallets/${CREATOR}/earnings`)
      ).by_coin.map(({ credited }) => credited);
    await until('it is credited', async () => (await earned()).includes('0.00007'), LONG_MS);
    await creator.open('/earnings');
    await creator.read('0.00007 ETH');
  });

  it('had no error in either', () => {
    expect([...creator.errors, ...viewer.errors]).to.deep.equal([]);
  });
});

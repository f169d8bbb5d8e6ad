import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'puppeteer-core';
import { dataFolder, getJson, removeFolder } from '../../e2e/host.ts';
import { until } from '../../until.ts';
import { startChromiumByPuppeteer } from '../chromium.ts';
import { makeFilm } from '../ffmpeg-sources.ts';
import { startFirefox } from '../firefox.ts';
import { type CircleWorld, startEmbeddedWorld, startSepoliaWorld } from './circle-worlds.ts';
import type { Extension } from './extension.ts';
import { type PuppeteerVisit, visitByPuppeteer } from './puppeteer-visit.ts';

const NAME = 'A film for foxes';
/** Two minutes, of which the second is short. */
const SECONDS = 75;
const PREVIEW_SEC = 5;
/** Test accounts by their index; the operator's wallet is the host's provider. */
const [OPERATOR, CREATOR, VIEWER] = [0, 1, 3] as const;
const LONG_MS = 60_000;

// The other suites go round it on the embedded chain in Chromium, and see more of it.
goesRound('Firefox on the development chain', startFirefox, startEmbeddedWorld);
goesRound('Firefox on a chain that answers as Sepolia', startFirefox, startSepoliaWorld);
goesRound('Chromium on a chain that answers as Sepolia', startChromiumByPuppeteer, startSepoliaWorld);

/** From a file to what its creator and its provider take out of the contract. */
function goesRound(where: string, start: () => Promise<Browser>, open: () => Promise<CircleWorld>) {
  describe(`the whole circle in ${where}`, function () {
    this.timeout(180_000);
    let folder: string;
    let world: CircleWorld;
    let browser: Browser;
    let people: PuppeteerVisit[] = [];
    let creator: PuppeteerVisit;
    let viewer: PuppeteerVisit;
    let provider: PuppeteerVisit;
    let wallet: Extension;

    before(async () => {
      folder = await dataFolder();
      world = await open();
      browser = await start();
      const visit = async () => await visitByPuppeteer(browser, world.url);
      [creator, viewer, provider] = [await visit(), await visit(), await visit()];
      people = [creator, viewer, provider];
    });
    afterEach(async function () {
      if (this.currentTest?.state !== 'failed') return;
      for (const each of people) console.log(await each.text().catch(String));
    });
    after(async () => {
      await browser?.close();
      await world?.stop();
      await removeFolder(folder);
    });

    const listed = async () => {
      const path = `${world.url}/contents?search=foxes`;
      type Listed = { cid: string; unit: string; media: { form: string } | null };
      return (await getJson<{ contents: Listed[] }>(path)).contents;
    };

    it('publishes a protected film by the minute, and serves it at once', async () => {
      const path = join(folder, `${NAME}.mp4`);
      await writeFile(path, await makeFilm(folder, SECONDS));
      await world.connect(creator, CREATOR);
      await creator.open('/publish');
      await creator.choose(path);
      await creator.read('0:45'); // The last of three pictures: they move what stands under them.
      await creator.press('^By the minute');
      await creator.fill('^Price of one minute', '0.001');
      await creator.fill('^Free start', String(PREVIEW_SEC));
      await creator.press('^Upload and publish$');
      await until('it is listed', async () => (await listed()).length > 0, LONG_MS);
      await creator.read('Viewers can watch it now.');
      const [content] = await listed();
      expect([content?.unit, content?.media?.form]).to.deep.equal(['minute', 'protected']);
    });

    it('plays the free start to a stranger, and goes on for a deposit at one click', async () => {
      const [content] = await listed();
      wallet = await world.connectExtension(viewer, VIEWER);
      await viewer.open(`/watch/${content?.cid}`);
      await viewer.read('Live');
      await viewer.playedPast(0.3);
      await viewer.press('^Pay as you watch$');
      await viewer.press('^Deposit .* and play$');
      await viewer.playedPast(PREVIEW_SEC + 2);
    });

    it('plays where it is moved to, in another minute', async () => {
      await viewer.seek(65);
      await viewer.playedPast(65.5);
    });

    it('gives the rest back, and has asked the wallet once in all', async () => {
      await viewer.press('^(Spent and left|Look again)$');
      await viewer.press('^Take the rest back$');
      await viewer.read('The rest is in your wallet.');
      expect(wallet.said).to.deep.equal({ transactions: 1, signatures: 0 });
    });

    it('shows creator and provider what came of it, and pays it out', async () => {
      await world.connect(provider, OPERATOR);
      for (const [who, earned] of [
        [creator, '0.0014'],
        [provider, '0.0006'],
      ] as const) {
        await who.open('/earnings');
        await who.read(`${earned} earned, 0 withdrawn`);
        await who.press('^Withdraw ETH$');
        await who.read(`${earned} earned, ${earned} withdrawn`);
      }
    });

    it('had no error anywhere', () => {
      expect(people.flatMap(({ errors }) => errors)).to.deep.equal([]);
    });
  });
}

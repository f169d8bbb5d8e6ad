import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import {
  dataFolder,
  eventually,
  getJson,
  type HostProcess,
  removeFolder,
  startHost,
} from '../../e2e/host.ts';
import { bytesOf } from '../../indexer/media/content.ts';
import { startChromium } from '../chromium.ts';
import { type BreakingLine, startBreakingLine } from './breaking-line.ts';
import { type Visit, visit } from './visit.ts';

const MB = 1_000_000;
const SIZE = 24 * MB;
const CREATOR = 2;

describe('an upload by the page over a line that breaks', () => {
  let dataDir: string;
  let host: HostProcess;
  let line: BreakingLine;
  let browser: Browser;
  let me: Visit;
  let film: string;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    line = await startBreakingLine(Number(new URL(host.url).port));
    film = join(dataDir, 'a_long_film.mp4');
    writeFileSync(film, bytesOf(0, SIZE));
    browser = await startChromium();
    me = await visit(browser, line.url);
    me.page.on('dialog', (dialog) => void dialog.accept()); // whether to leave an upload
  });
  after(async () => {
    await browser?.close();
    await line?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const begin = async () => {
    await me.page.locator('input[type=file]').setInputFiles(film);
    await me.page.getByRole('button', { name: 'Upload and publish' }).click();
  };
  /** Of what has not arrived. */
  const left = () => readdirSync(join(dataDir, 'uploads'));

  const arrived = () => left().reduce((sum, name) => sum + statSync(join(dataDir, 'uploads', name)).size, 0);

  it('goes on by itself when the line is back, and after a reload when the same file is chosen again', async () => {
    const { page } = me;
    await me.open('/publish');
    await me.takeTestWallet(CREATOR);
    await page.locator('input[type=file]').setInputFiles(film);
    await page.getByLabel(/^Clear file/).check();
    await page.getByLabel(/Serve it from this host at once/).uncheck();

    line.next(8 * MB, 'breaks');
    await begin();
    await line.done();
    const broken = line.sent();
    line.next(8 * MB, 'stands');
    await line.done();
    expect(line.sent() - broken).to.be.within(8 * MB, 9 * MB);

    // What was on the line when it broke may be lost; what came since is not.
    const kept = await eventually(
      20_000,
      async () => arrived(),
      (bytes) => bytes > 7 * MB,
    );
    expect(kept).to.be.above(7 * MB);

    await page.reload();
    line.heal();
    await page.getByText('“a_long_film.mp4” is not uploaded whole.').waitFor();
    const before = line.sent();
    await begin();
    await me.reached('done');
    await page.getByText('The host has stored the very same file.').waitFor();
    const after = line.sent() - before;
    expect(after, 'only what had not come').to.be.below(SIZE - kept + MB);
    const { contents } = await getJson<{ contents: { video_name: string }[] }>(`${host.url}/contents`);
    expect(contents.map(({ video_name }) => video_name)).to.deep.equal(['a long film']);
    expect(left()).to.deep.equal([]);
    // Nothing of it is remembered.
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::'))),
    ).to.deep.equal([]);
    await me.close();
  }).timeout(120_000);

  it('is ended at the host when it is cancelled', async () => {
    me = await visit(browser, line.url);
    const { page } = me;
    await me.open('/publish');
    await me.takeTestWallet(CREATOR);
    line.next(4 * MB, 'stands');
    writeFileSync(film, bytesOf(1, SIZE));
    await begin();
    await line.done();
    expect(
      await eventually(
        20_000,
        async () => left().length, // what is on the line has yet to be written
        (count) => count > 0,
      ),
    ).to.equal(1);
    for (const label of ['Name', 'Description', 'Price', /^Clear file/, /Serve it from this host at once/]) {
      expect(await page.getByLabel(label).first().isDisabled(), String(label)).to.equal(true);
    }
    await page.getByText(/^These terms go with what is being sent.* To change them, cancel it\.$/).waitFor();
    expect(await me.errors()).to.deep.equal([]);
    // In another view, and back.
    await page.getByRole('link', { name: 'Earnings' }).click();
    await page.getByRole('link', { name: 'Publish' }).click();
    expect(await page.getByLabel('Name').isDisabled()).to.equal(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Name').fill('Another name');
    expect(await page.getByText(/^These terms go with what is being sent/).count()).to.equal(0);
    line.heal();
    expect(
      await eventually(
        20_000,
        async () => left().length,
        (count) => count === 0,
      ),
    ).to.equal(0);
  }).timeout(60_000);
});

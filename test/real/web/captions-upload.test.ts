import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Request } from 'playwright-core';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { startChromium } from '../chromium.ts';
import { playedPast, type Visit, visit } from './visit.ts';

const text = (word: string) => `WEBVTT\n\n00:00.000 --> 00:10.000\n${word}\n`;
const vtt = (name: string, words: string) => ({
  ...{ name, mimeType: 'text/vtt', buffer: Buffer.from(words) },
});

describe('captions, chosen beside a video in the page', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
    me = await visit(browser, host.url);
    me.page.on('dialog', (dialog) => void dialog.accept()); // whether to leave an upload
    await me.open('/');
    await me.takeTestWallet(2);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const send = () => me.page.getByRole('button', { name: 'Upload and publish' });
  const row = (name: string) => me.page.locator('.caption').filter({ hasText: name });
  const add = (...files: ReturnType<typeof vtt>[]) => me.page.getByLabel('Add captions').setInputFiles(files);
  async function begin(name: string): Promise<void> {
    await me.open('/publish');
    const path = join(dataDir, name);
    // Written once: a file with another date is another one.
    if (!existsSync(path))
      writeFileSync(path, Buffer.concat([readFileSync('data/video.mp4'), Buffer.from(name)]));
    await me.page.locator('input[type=file]').setInputFiles(path);
  }

  it('are offered for what is packaged alone', async () => {
    await begin('film.mp4');
    await me.page.getByLabel('Add captions').waitFor();
    await me.page.getByLabel(/^Clear file/).check();
    expect(await me.page.getByLabel('Add captions').count()).to.equal(0);
    await me.page.getByLabel(/^Protected/).check();
  });

  it('take language and label from the name of the file, and are refused by line', async () => {
    const { page } = me;
    await add(vtt('film.de.vtt', text('Hallo')), vtt('film.vtt', text('Olá')), vtt('old.vtt', '1\nSRT'));
    await row('old.vtt').getByText('Line 1: A WebVTT file begins with WEBVTT.').waitFor();
    expect(await row('film.de.vtt').getByLabel('Language').inputValue()).to.equal('de');
    expect(await row('film.de.vtt').getByLabel('Label').inputValue()).to.equal('Deutsch');
    await row('film.vtt').getByText('A language is a tag such as en, de or pt-BR.').waitFor();
    expect(await page.locator('.caption .field-error').count(), 'of what nobody has filled in').to.equal(1);
    expect(await send().isDisabled()).to.equal(true);
    await page.getByText('Captions above are wrong, or wait for their language.').waitFor();
    await page.getByRole('button', { name: 'Remove old.vtt' }).click();
    await row('film.vtt').getByLabel('Language').fill('de');
    expect(await page.getByText('Other captions are in this language.').count()).to.equal(2);
    await row('film.vtt').getByLabel('Language').fill('pt-br');
    expect(await row('film.vtt').getByLabel('Label').inputValue()).to.equal('Português (Brasil)');
    await row('film.vtt').getByLabel('Label').fill('Português');
    expect(await me.errors()).to.deep.equal([]);
    expect(await send().isEnabled()).to.equal(true);
  });

  it('go with the video, and are shown with it', async () => {
    const { page } = me;
    await send().click();
    await me.reached('done');
    await page.getByText('With captions: Deutsch, Português.').waitFor();
    expect(await page.getByText('Choose a file first.').count()).to.equal(0);
    const { contents } = await getJson<{ contents: { cid: string; media: object }[] }>(
      `${host.url}/contents`,
    );
    const [{ cid, media } = { cid: '', media: {} }] = contents;
    expect(media).to.deep.include({ captions: ['de', 'pt-BR'] });
    const { captions } = await getJson<{ captions: object[] }>(`${host.url}/ipfs/${cid}/content.json`);
    expect(captions).to.deep.equal([
      { path: 'captions/de.vtt', language: 'de', label: 'Deutsch' },
      { path: 'captions/pt-BR.vtt', language: 'pt-BR', label: 'Português' },
    ]);
    await me.open(`/watch/${cid}`);
    await playedPast(page, 0.2);
    await page.getByLabel('Captions').selectOption('Português');
    await page.waitForFunction(() => {
      const [track] = document.querySelector('video')?.textTracks ?? [];
      return (track?.activeCues?.[0] as VTTCue | undefined)?.text === 'Olá';
    });
  });

  it('are sent again with an upload that a reload broke off, once they are chosen again', async () => {
    const { page } = me;
    await page.route('**/uploads/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.fallback(),
    );
    const isPut = (request: Request) => request.method() === 'PUT' && request.url().endsWith('/captions/de');
    const first = page.waitForRequest(isPut);
    const broken = page.waitForEvent('requestfailed', (request) => request.method() === 'PATCH');
    await begin('broken_off.mp4');
    await add(vtt('a.de.vtt', text('Zuerst')));
    await send().click();
    await first;
    await broken;
    await page.unroute('**/uploads/*');
    await begin('broken_off.mp4');
    await add(vtt('a.de.vtt', text('Danach')));
    const second = page.waitForRequest(isPut);
    await send().click();
    expect((await second).url()).to.equal((await first).url());
    await me.reached('done');
    const { contents } = await getJson<{ contents: { cid: string; video_name: string }[] }>(
      `${host.url}/contents`,
    );
    const cid = contents.find(({ video_name }) => video_name === 'broken off')?.cid;
    const kept = await (await fetch(`${host.url}/ipfs/${cid}/captions/de.vtt`)).text();
    expect(kept).to.contain('Danach');
  });

  it("are refused at their field in the host's words", async () => {
    const { page } = me;
    const detail = 'The captions de, line 7: of another mind.';
    await page.route('**/uploads/*/captions/*', (route) =>
      route.fulfill({
        ...{ status: 400, contentType: 'application/problem+json' },
        body: JSON.stringify({ status: 400, code: 'bad_captions', field: 'captions', title: '', detail }),
      }),
    );
    await begin('refused.mp4');
    await add(vtt('a.de.vtt', text('Nein')));
    await send().click();
    await me.reached('failed');
    await page.locator('.captions').getByText(detail).waitFor();
    await page.unroute('**/uploads/*/captions/*');
  });

  it('are among what is to be chosen again where an upload was broken off', async () => {
    const { page } = me;
    await page.evaluate((wallet) => {
      const upload = { fileName: 'film.mp4', bytes: 1, totalBytes: 9, captions: 2, wallet };
      localStorage.setItem('arriving', JSON.stringify(upload));
    }, CREATOR);
    await me.open('/publish');
    await page.getByText('Choose the same file and its 2 captions again').waitFor();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await me.close();
  });
});

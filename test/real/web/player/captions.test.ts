import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { CREATOR, PROVIDER } from '../../../indexer/http/samples.ts';
import { startChromium } from '../../chromium.ts';
import { publishProtected } from '../protected-upload.ts';
import { playedPast, seek, type Visit, visit } from '../visit.ts';

const TRACKS = [
  { language: 'en', label: 'English' },
  { language: 'de', label: 'Deutsch' },
];
const text = (word: string) =>
  `WEBVTT\n\n00:00.000 --> 00:02.000\n${word} 1\n\n00:03.000 --> 00:05.000\n${word} 2\n\n00:08.000 --> 00:10.000\n${word} 3\n`;
const TEXTS = [text('word'), text('Wort')];

describe('the player, where a video has captions', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;
  let cid: string;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
    me = await visit(browser, host.url);
    ({ cid } = await publish('With captions', { price: '0' }));
    await me.open(`/watch/${cid}`);
    await playedPast(me.page, 0.2);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const publish = (name: string, terms: Record<string, unknown>) =>
    publishProtected(host, name, { ...terms, captions: TRACKS }, undefined, undefined, TEXTS);
  const choice = (page = me.page) => page.getByLabel('Captions');
  /** Waits until these words stand in the picture, or none. */
  const shows = (words: string[], page = me.page) =>
    page.waitForFunction((wanted) => {
      const tracks = [...(document.querySelector('video')?.textTracks ?? [])];
      const shown = tracks.filter(({ mode }) => mode === 'showing');
      const cues = shown.flatMap(({ activeCues }) => [...(activeCues ?? [])] as VTTCue[]);
      return JSON.stringify(cues.map((cue) => cue.text)) === wanted;
    }, JSON.stringify(words));
  const seekTo = async (seconds: number, page: Page = me.page) => {
    await seek(page, seconds);
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
  };

  it('shows none until they are chosen', async () => {
    expect(await choice().locator('option').allInnerTexts()).to.deep.equal(['Off', 'English', 'Deutsch']);
    expect(await choice().inputValue()).to.equal('');
    expect(await me.page.locator('track').count()).to.equal(0);
  });

  it('shows those that are chosen, with the picture of their time, and others instead', async () => {
    await choice().selectOption('Deutsch');
    await seekTo(3.5);
    await shows(['Wort 2']);
    await seekTo(6);
    await shows([]);
    await seekTo(8.5);
    await shows(['Wort 3']);
    await choice().selectOption('English');
    await shows(['word 3']);
    expect(await me.page.locator('track').count()).to.equal(1);
    const track = me.page.locator('track');
    expect([await track.getAttribute('srclang'), await track.getAttribute('kind')]).to.deep.equal([
      'en',
      'captions',
    ]);
    expect(await me.errors()).to.deep.equal([]);
  });

  it('turns them off and on by a key, and remembers them for other videos', async () => {
    await choice().selectOption('Deutsch');
    await me.page.locator('h1').click();
    await me.page.keyboard.press('c');
    await shows([]);
    expect(await choice().inputValue()).to.equal('');
    await me.page.keyboard.press('c');
    await shows(['Wort 3']);
    await me.page.keyboard.press('?');
    await me.page.getByText('Captions off or on').waitFor();
    await me.page.keyboard.press('Escape');
    const sold = await publish('Sold with captions', { price: '0.001', preview_sec: 6, serve: true });
    await me.open(`/watch/${sold.cid}`);
    await playedPast(me.page, 0.2);
    await seekTo(3.5);
    await shows(['Wort 2']);
  });

  it('shows them from another source, too', async () => {
    const of = { cid, video_name: 'With captions', content_creator_wallet: CREATOR, price: '0' };
    const shares = { creator_share: 70, provider_share: 30, content_distributor_wallet: PROVIDER };
    const body = {
      ...of,
      ...shares,
      stream_url: `${host.url.replace('127.0.0.1', 'localhost')}/ipfs/${cid}`,
    };
    const headers = { 'content-type': 'application/json' };
    const registered = await fetch(`${host.url}/register`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    });
    expect(registered.status, await registered.clone().text()).to.be.within(200, 201);
    await me.open(`/watch/${cid}`);
    await playedPast(me.page, 0.2);
    await me.page.getByRole('button', { name: /^Play .* instead$/ }).click();
    await me.page.locator('.player[data-phase=plays]').waitFor();
    await playedPast(me.page, 0.2);
    await seekTo(3.5);
    await shows(['Wort 2']);
    expect(await me.page.locator('track').count()).to.equal(1);
  });

  it("has them off where the browser's own menu turns them off", async () => {
    await me.page.locator('video').evaluate((video: HTMLVideoElement) => {
      for (const track of video.textTracks) track.mode = 'disabled';
    });
    await me.page.locator('track').waitFor({ state: 'detached' });
    expect(await choice().inputValue()).to.equal('');
  });

  it('shows no text that the CID does not name, and plays on', async () => {
    const own = await visit(browser, host.url);
    const { page } = own;
    await page.route('**/captions/de.vtt', (route) => route.fulfill({ body: text('false') }));
    const answered = page.waitForResponse('**/captions/de.vtt');
    await own.open(`/watch/${cid}`);
    await playedPast(page, 0.2);
    await choice(page).selectOption('Deutsch');
    await answered;
    await seekTo(3.5, page);
    await shows([], page);
    await choice(page).selectOption('English');
    await shows(['word 2'], page);
    expect(await page.locator('track').count()).to.equal(1);
    await own.close();
  });

  it("adds none to the playlist's own where the browser plays HLS by itself", async () => {
    const own = await visit(browser, host.url);
    await own.page.addInitScript(() => {
      for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource'])
        Reflect.deleteProperty(window, name);
      // What Chromium makes of a playlist is not what is looked at.
      addEventListener('error', (event) => event.stopImmediatePropagation(), true);
    });
    await own.open(`/watch/${cid}`);
    await choice(own.page).selectOption('Deutsch');
    // As Safari adds those of the playlist.
    await own.page.locator('video').evaluate((video: HTMLVideoElement) => {
      for (const language of ['en', 'de']) video.addTextTrack('captions', language, language);
    });
    await own.page.waitForFunction(() => {
      const modes = [...(document.querySelector('video')?.textTracks ?? [])].map(({ mode }) => mode);
      return modes.join() === 'disabled,showing';
    });
    expect(await own.page.locator('track').count()).to.equal(0);
    await own.close();
  });

  it('offers them in a frame, in the menu of the browser', async () => {
    const { page, close } = await visit(browser, host.url);
    await page.goto(`${host.url}/embed/${cid}`);
    await page.getByRole('button', { name: 'Play With captions' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2);
    await page.waitForFunction(() => document.querySelector('video')?.textTracks.length === 2);
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      const [, german] = video.textTracks;
      if (german) german.mode = 'showing';
      video.currentTime = 3.5;
      video.pause();
    });
    await shows(['Wort 2'], page);
    await close();
  });
});

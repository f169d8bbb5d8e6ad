import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { CREATOR } from '../../../indexer/http/samples.ts';
import { startChromium } from '../../chromium.ts';
import { playedPast, positionOf, seek, type Visit, visit } from '../visit.ts';

describe('the player, by keys and as one left it', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
    me = await visit(browser, host.url);
    const others = await publishFree('Another one of the same creator', 'x');
    const cid = await publishFree('Twelve seconds', '');
    expect(others).to.not.equal(cid);
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

  /** @param suffix behind its end: another file, which plays the same */
  async function publishFree(name: string, suffix: string): Promise<string> {
    const terms = { creator_share: 100, provider_share: 0, price: '0' };
    const form = new FormData();
    const listing = { video_name: name, content_creator_wallet: CREATOR, ...terms };
    form.set('json_data', JSON.stringify(listing));
    form.set('file', new Blob([readFileSync('data/video.mp4'), suffix]), 'video.mp4');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    return ((await answer.json()) as { meta: { cid: string } }).meta.cid;
  }

  const press = (key: string) => me.page.keyboard.press(key);
  /** Waits until the player is as it should be. */
  const until = (what: Partial<Record<'currentTime' | 'paused' | 'muted' | 'playbackRate', unknown>>) =>
    me.page.waitForFunction((wanted) => {
      const video = document.querySelector('video') as unknown as Record<string, unknown> | null;
      return video !== null && Object.entries(wanted).every(([name, value]) => video[name] === value);
    }, what);

  it('pauses, goes back and on, and turns the sound off, wherever the focus is', async () => {
    await press('k');
    await until({ paused: true });
    await press('j');
    await until({ currentTime: 0 });
    await press('ArrowRight');
    await until({ currentTime: 5 });
    await press('ArrowLeft');
    await until({ currentTime: 0 });
    await press('l');
    await until({ currentTime: 10 });
    await press('m');
    await until({ muted: true });
    await press('m');
    await until({ muted: false });
    await press('j');
    await press(' ');
    await until({ paused: false });
    await me.page.locator('video').focus();
    await press(' ');
    await until({ paused: true });
  });

  it('fills the screen, and leaves it', async () => {
    const isFull = (full: boolean) =>
      me.page.waitForFunction((wanted) => (document.fullscreenElement !== null) === wanted, full);
    await press('f');
    await isFull(true);
    await press('f');
    await isFull(false);
  });

  it('says by `?` which key does what; under that window, and in a field, keys are not its own', async () => {
    const { page } = me;
    await press('?');
    const help = page.getByRole('dialog', { name: 'Keys of the player' });
    await help.getByText('Back 10 seconds').waitFor();
    await press('k');
    await press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.getByLabel('Speed').focus();
    await press('k');
    await until({ paused: true });
  });

  it('keeps the speed that one has chosen, and the place, over a reload', async () => {
    const { page } = me;
    await page.getByLabel('Speed').selectOption('1.5×');
    await until({ playbackRate: 1.5 });
    await seek(page, 6);
    await page.waitForFunction(() => localStorage.getItem('positions')?.includes(':6'));
    await page.reload();
    await playedPast(page, 5.9);
    expect(await positionOf(page)).to.be.below(11);
    await until({ playbackRate: 1.5 });
    expect(await page.getByLabel('Speed').inputValue()).to.equal('1.5');
  });

  it('begins anew what was watched to its end', async () => {
    const { page } = me;
    await page.waitForFunction(() => document.querySelector('video')?.ended);
    await page.waitForFunction(() => localStorage.getItem('positions') === '{}');
    await page.reload();
    await playedPast(page, 0.1);
    expect(await positionOf(page)).to.be.below(5);
  });

  it('has the picture in a small window where the browser does that', async () => {
    const { page } = me;
    const isOffered = await page.evaluate(() => document.pictureInPictureEnabled);
    expect(await page.getByRole('button', { name: 'Small window' }).count()).to.equal(isOffered ? 1 : 0);
  });

  it('shows what else its creator has published', async () => {
    const { page } = me;
    const more = page.locator('section').filter({ has: page.getByText('More by this creator') });
    await more.getByRole('link', { name: 'Another one of the same creator' }).waitFor();
    expect(await more.getByRole('link', { name: 'Twelve seconds' }).count()).to.equal(0);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../../e2e/host.ts';
import { startChromium } from '../../chromium.ts';
import { runFile } from '../../ffmpeg-sources.ts';
import { publishProtected } from '../protected-upload.ts';
import { visit } from '../visit.ts';

describe('the page, in a browser without the codec of a video', function () {
  this.timeout(120_000);
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  it('says so before anything is paid, and offers no payment', async () => {
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };
    const { cid } = await publishProtected(host, 'In HEVC', terms, await hevcFilm(dataDir));
    const me = await visit(browser, host.url);
    await me.open(`/watch/${cid}`);
    await me.page.getByText('This browser can not show it: it lacks the codec of this video.').waitFor();
    await me.page.getByText('not in this browser').waitFor();
    await me.page.getByText('Nothing would play after a payment').waitFor();
    expect(await me.page.getByRole('button', { name: /^Pay/ }).count()).to.equal(0);
    await me.close();
  });
});

/** Chromium has no decoder of its own for it. */
async function hevcFilm(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, 'hevc.mp4');
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=5:duration=8'];
  const codec = [
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-tag:v',
    'hvc1',
    '-g',
    '10',
  ];
  await runFile('ffmpeg', ['-v', 'error', '-y', ...picture, ...codec, path]);
  return new Uint8Array(await readFile(path));
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { createDisk } from '../../indexer/lib/disk.ts';
import { findFfmpeg } from '../../indexer/uploads/packaging/ffmpeg/ffmpeg.ts';
import { createReEncodingWorker } from '../../indexer/uploads/packaging/ffmpeg/re-encoding-worker.ts';
import { createPackagingWorker } from '../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { taken } from '../indexer/uploads/packaging/jobs.ts';
import { keyOf, packaged, SECRET } from '../packager/packaged.ts';
import { startChromium } from './chromium.ts';
import { makeSource } from './ffmpeg-sources.ts';

const log = { info: () => {}, warn: () => {} };
const disk = createDisk(tmpdir());
const HLS_JS = join(import.meta.dirname, '..', '..', 'node_modules', 'hls.js', 'dist', 'hls.mjs');
const PAGE = `<!doctype html><title>player</title><video muted></video>
<script type="module">
  import Hls from '/hls.mjs';
  window.video = document.querySelector('video');
  window.errors = [];
  const once = { maxTimeToFirstByteMs: 10000, maxLoadTimeMs: 10000, timeoutRetry: null, errorRetry: null };
  // Little of it is held, so that a seek has to fetch.
  const held = { maxBufferLength: 6, maxMaxBufferLength: 6, backBufferLength: 0 };
  window.hls = new Hls({ keyLoadPolicy: { default: once }, ...held });
  hls.on(Hls.Events.ERROR, (_, { details }) => errors.push(details));
  hls.loadSource('/master.m3u8');
  hls.attachMedia(video);
  video.playbackRate = 4;
  video.play();
  window.isHeld = (seconds) => {
    const { buffered } = video;
    for (let nth = 0; nth < buffered.length; nth += 1)
      if (buffered.start(nth) <= seconds && seconds < buffered.end(nth)) return true;
    return false;
  };
  /** Until the picture of that time is shown. */
  window.seek = (seconds) =>
    new Promise((resolve) => {
      const begun = performance.now();
      video.addEventListener('seeked', () => resolve(performance.now() - begun), { once: true });
      video.currentTime = seconds;
    });
</script>`;
/** Forwards and back, near and far. */
const SEEKS = [2, 65, 20, 50, 1, 75, 33, 60, 10];
const MAX_SEEK_MS = 100;

describe('a packaged video, played by hls.js in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let server: Server;
  const served = new Map<string, Uint8Array | string>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'played-'));
    const script = await readFile(HLS_JS);
    server = createServer(({ url = '' }, response) => {
      const body = url === '/' ? PAGE : url === '/hls.mjs' ? script : served.get(url);
      const type =
        url === '/' ? 'text/html' : url === '/hls.mjs' ? 'text/javascript' : 'application/octet-stream';
      response.writeHead(body === undefined ? 402 : 200, { 'content-type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const name of ['mp4', 'mov', 'webm'] as const) {
    it(`stops where a key is missing, goes on when it comes, and seeks, from ${name}`, async () => {
      const source = new Uint8Array(await readFile(await makeSource(folder, name)));
      const directory = await packaged(source, { previewSec: 5 });
      served.clear();
      for (const [path, bytes] of directory) served.set(`/${path}`, bytes);
      const { unit_starts } = JSON.parse(String(directory.get('content.json'))) as { unit_starts: number[] };
      const secondUnit = unit_starts[1] ?? 0;

      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction(
        'errors.includes("keyLoadError") && video.readyState < 3 && video.currentTime > 4',
      );
      expect(await page.evaluate('video.currentTime'), 'after the preview').to.be.within(4, 8);

      served.set('/keys/0', keyOf(0));
      await page.evaluate('errors.length = 0; hls.startLoad(); video.play(); undefined');
      await page.waitForFunction('video.currentTime > 10');
      await page.evaluate('video.currentTime = 57');
      await page.waitForFunction(
        `errors.includes("keyLoadError") && video.readyState < 3 && video.currentTime > ${secondUnit - 1}`,
      );
      expect(await page.evaluate('video.currentTime'), 'after the unit').to.be.below(secondUnit + 0.5);

      served.set('/keys/1', keyOf(1));
      await page.evaluate('hls.startLoad(); video.play(); undefined');
      await page.waitForFunction(`video.currentTime > ${secondUnit + 3}`);

      const took: number[] = [];
      let held = 0;
      for (const target of SEEKS) {
        if (await page.evaluate(`isHeld(${target})`)) held += 1;
        took.push(Number(await page.evaluate(`seek(${target})`)));
        await page.waitForFunction(`video.readyState >= 3 && video.currentTime > ${target} + 0.2`);
      }
      expect(held, 'seeks into what was held').to.be.at.most(3);
      expect(median(took), `ms of seeks: ${took.map(Math.round).join(', ')}`).to.be.at.most(MAX_SEEK_MS);
      expect(await page.evaluate('video.error')).to.equal(null);
      await page.close();
    });
  }

  for (const name of ['mp4', 'webm'] as const) {
    it(`changes to a smaller rendition and back, from ${name}`, async () => {
      const path = await makeSource(folder, name);
      const found = await findFfmpeg('ffmpeg');
      await using packager = createPackagingWorker({ log, disk: null });
      const worker = createReEncodingWorker(packager, {
        find: async () => found,
        renditions: [72],
        disk,
        log,
      });
      const directory = await taken(worker.package({ path, secret: SECRET, previewSec: 5 }));
      served.clear();
      for (const [path, bytes] of directory) served.set(`/${path}`, bytes);
      for (const unit of [0, 1]) served.set(`/keys/${unit}`, keyOf(unit));

      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction('video.currentTime > 1');
      for (const height of [72, 90, 72]) {
        await page.evaluate(`hls.nextLevel = hls.levels.findIndex((level) => level.height === ${height})`);
        await page.waitForFunction(`video.videoHeight === ${height} && video.readyState >= 3`);
        const at = Number(await page.evaluate('video.currentTime'));
        await page.waitForFunction(`video.currentTime > ${at + 2}`);
      }
      expect(await page.evaluate('seek(62)')).to.be.a('number');
      await page.waitForFunction('video.videoHeight === 72 && video.currentTime > 63');
      expect(await page.evaluate('video.error')).to.equal(null);
      expect(
        await page.evaluate('errors.filter((name) => /append|pars|key|decrypt/i.test(name))'),
      ).to.deep.equal([]);
      await page.close();
    });
  }
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keyOf, packaged } from '../packager/packaged.ts';
import { startChromium } from './chromium.ts';
import { makeSource, runFile } from './ffmpeg-sources.ts';
import { framesOf } from './played.ts';

const HLS_JS = join(import.meta.dirname, '..', '..', 'node_modules', 'hls.js', 'dist', 'hls.mjs');
const PAGE = `<!doctype html><title>player</title><video muted></video>
<script type="module">
  import Hls from '/hls.mjs';
  window.video = document.querySelector('video');
  window.hls = new Hls();
  hls.loadSource('/master.m3u8');
  hls.attachMedia(video);
  window.shown = () => [...video.textTracks].find(({ mode }) => mode === 'showing');
</script>`;
/** VLC does not run as root. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const text = (word: string) =>
  `WEBVTT\n\n00:01.000 --> 00:02.500\n${word} 1\n\n00:07.000 --> 00:09.000\n${word} 2\n\n01:05.000 --> 01:06.000\n${word} 3\n`;

describe('captions of a packaged video', () => {
  let folder: string;
  let source: string;
  let server: Server;
  let url: string;
  const served = new Map<string, Uint8Array | string>();
  const asked: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'captions-'));
    source = await makeSource(folder, 'mp4');
    const captions = [
      { language: 'en', label: 'English', text: text('word') },
      { language: 'de', label: 'Deutsch', text: text('Wort') },
    ];
    const directory = await packaged(new Uint8Array(await readFile(source)), { previewSec: 5, captions });
    for (const [path, bytes] of directory) served.set(`/${path}`, bytes);
    for (const unit of [0, 1]) served.set(`/keys/${unit}`, keyOf(unit));
    served.set('/', PAGE).set('/hls.mjs', await readFile(HLS_JS));
    server = createServer(({ url: path = '' }, response) => {
      asked.push(path);
      const type = path === '/' ? 'text/html' : path === '/hls.mjs' ? 'text/javascript' : 'text/plain';
      response.writeHead(served.has(path) ? 200 : 404, { 'content-type': type }).end(served.get(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are offered by hls.js, and shown with the picture of their time', async () => {
    await using browser = await startChromium();
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction('hls.subtitleTracks.length === 2');
    expect(await page.evaluate('hls.subtitleTracks.map(({ name, lang }) => [name, lang])')).to.deep.equal([
      ['English', 'en'],
      ['Deutsch', 'de'],
    ]);
    await page.evaluate('hls.subtitleTrack = 1; hls.subtitleDisplay = true; undefined');
    await page.waitForFunction('shown()?.cues?.length === 3');
    for (const [seconds, expected] of [
      [7.5, ['Wort 2']],
      [65.5, ['Wort 3']],
      [10, []],
    ]) {
      await page.evaluate(`video.currentTime = ${seconds}; undefined`);
      await page.waitForFunction(`!video.seeking && video.readyState >= 2`);
      const words = JSON.stringify(expected);
      await page.waitForFunction(
        `JSON.stringify([...shown().activeCues].map(({ text }) => text)) === ${JSON.stringify(words)}`,
      );
    }
    // The first picture is shown a moment after the first sound.
    expect(await page.evaluate('Math.abs(shown().cues[1].startTime - 7) < 0.1')).to.equal(true);
  });

  it('are found by VLC, and read as what they are', async () => {
    asked.length = 0;
    const home = await mkdtemp(join(tmpdir(), 'vlc-'));
    try {
      await chmod(home, 0o777);
      const [command = '', ...args] = [
        ...(process.getuid?.() === 0 ? AS_NOBODY : []),
        ...['cvlc', '-vv', '--intf', 'dummy', '--vout', 'dummy', '--aout', 'dummy', '--run-time', '3'],
        ...['--play-and-exit', `${url}/master.m3u8`, 'vlc://quit'],
      ];
      const env = { PATH: process.env.PATH, HOME: home };
      const { stderr } = await runFile(command, args, { env, timeout: 50_000, maxBuffer: 64 * 1024 ** 2 });
      expect(asked).to.include.members(['/captions/de.m3u8', '/captions/de.vtt']);
      expect(stderr).to.include('Changing stream format Unknown -> WebVTT');
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  it('keep no player from the video that takes none, such as ffmpeg', async () => {
    expect(await framesOf(`${url}/master.m3u8`)).to.deep.equal(await framesOf(source));
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { packaged, SECRET, sha256 } from '../packager/packaged.ts';
import { fileOf, makeVideo, realVideo } from '../packager/samples.ts';
import { startChromium } from './chromium.ts';

const ROOM = join(import.meta.dirname, '..', '..', 'packager');
const POSTER = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const PREVIEW_SEC = 7;
const CAPTIONS = [
  { language: 'de', label: 'Deutsch', text: '\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nGrüße' },
];

/** Answers with the hash of each file, by path. */
const IN_THE_PAGE = `(async () => {
  const { blobFile } = await import('/media-file.js');
  const { packageMedia } = await import('/package-media.js');
  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const file = blobFile(await (await fetch('/source')).blob());
  const smaller = [blobFile(await (await fetch('/smaller')).blob())];
  const captions = ${JSON.stringify(CAPTIONS)};
  const texts = { poster: await bytesOf('/poster'), captions };
  const options = { secret: await bytesOf('/secret'), ...texts, previewSec: ${PREVIEW_SEC}, smaller };
  const hashes = [];
  for await (const { path, content } of packageMedia(file, options)) {
    const parts = [];
    for await (const part of content) parts.push(part);
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
    hashes.push([path, [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')]);
  }
  return hashes;
})()`;

describe('a video packaged in Chromium', () => {
  const served = new Map<string, Uint8Array | string>([
    ['/', '<!doctype html><title>packager</title>'],
    ['/secret', SECRET],
    ['/poster', POSTER],
  ]);
  let browser: Browser;
  let server: Server;
  before(async () => {
    for (const [path, code] of await bundle()) served.set(path, code);
    server = createServer(({ url = '' }, response) => {
      const type = url.endsWith('.js')
        ? 'text/javascript'
        : url === '/'
          ? 'text/html'
          : 'application/octet-stream';
      response.writeHead(served.has(url) ? 200 : 404, { 'content-type': type }).end(served.get(url));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const sources = {
    mp4: realVideo,
    mov: () => makeVideo('mov', { seconds: 70 }),
    webm: () => makeVideo('webm', { seconds: 70 }),
    mkv: () => makeVideo('mkv', { seconds: 70 }),
  };
  for (const [name, sourceOf] of Object.entries(sources)) {
    it(`is the same to the byte as in Node, from ${name}`, async () => {
      const source = await sourceOf();
      const smaller = await makeVideo('mp4', {
        video: 'vp9',
        groupSec: 1,
        seconds: name === 'mp4' ? 12 : 70,
      });
      served.set('/source', source).set('/smaller', smaller);
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const inChromium = await page.evaluate<[string, string][]>(IN_THE_PAGE);
      await page.close();
      const options = {
        poster: POSTER,
        captions: CAPTIONS,
        previewSec: PREVIEW_SEC,
        smaller: [fileOf(smaller)],
      };
      const here = await packaged(source, options);
      // Where the real video has key frames, the other has none.
      expect(here.has('v1/index.m3u8')).to.equal(name !== 'mp4');
      expect(inChromium).to.deep.equal([...here].map(([path, bytes]) => [path, sha256(bytes)]));
    });
  }
});

/** As Vite builds it for the page: scripts by path. */
async function bundle(): Promise<[string, string][]> {
  const entry = {
    'media-file': join(ROOM, 'media-file.ts'),
    'package-media': join(ROOM, 'package-media.ts'),
  };
  const lib = { entry, formats: ['es' as const], fileName: '[name]' };
  const settings = { root: ROOM, configFile: false as const, logLevel: 'error' as const };
  const built = await build({ ...settings, build: { write: false, lib, target: 'es2023' } });
  const [{ output }] = built as [Rollup.RollupOutput];
  return output.flatMap((file) => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code]] : []));
}

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createBuilder } from 'vite';

const FIRST_LOAD_MAX = 250_000;
const EMBED_MAX = 40_000;

describe('the built page', () => {
  let dir: string;
  let document: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'page-'));
    await build();
    document = await readFile(join(dir, 'index.html'), 'utf8');
  });
  after(() => rm(dir, { recursive: true }));

  /** With the frame, which is built by itself. */
  async function build(): Promise<void> {
    const builder = await createBuilder({ root: 'web', logLevel: 'error', build: { outDir: dir } });
    await builder.buildApp();
  }

  it(`loads at most ${FIRST_LOAD_MAX} bytes of compressed script before it shows something`, async () => {
    const scripts = [...document.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
      ([, path = '']) => path,
    );
    expect(scripts).to.not.be.empty;
    expect(await compressed(scripts)).to.be.below(FIRST_LOAD_MAX);
  });

  it(`has a player for other sites of at most ${EMBED_MAX} bytes before it plays, which knows of no wallet`, async () => {
    const frame = await readFile(join(dir, 'embed.html'), 'utf8');
    expect(frame).to.contain('<main id="embed"></main>');
    expect(frame).to.not.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
    const paths = [...frame.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths.filter((path) => path.endsWith('.js'))).to.not.be.empty;
    expect(await compressed(paths)).to.be.below(EMBED_MAX);
    const texts = await Promise.all(paths.map((path) => readFile(join(dir, path), 'utf8')));
    expect(texts.join()).to.not.match(/ethereum|eip6963|localStorage|indexedDB/i);
  });

  async function compressed(paths: readonly string[]): Promise<number> {
    const sizes = await Promise.all(
      paths.map(async (path) => gzipSync(await readFile(join(dir, path)), { level: 9 }).length),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  it('needs no script or style inside its document, which its policy would refuse', () => {
    expect(document).to.not.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
  });

  it('leaves the player, the contract, hashing, segments, deposits and the other views for when they are needed', async () => {
    const names = (await readdir(join(dir, 'assets'))).map((name) => name.replace(/-.{8}\.js$/, ''));
    const views = ['watch', 'publish', 'provide', 'earnings'];
    const later = [...views, 'stream-host', 'cid.worker', 'hls-stream', 'sale', 'key-grants', 'serve-this'];
    expect(names).to.include.members(later);
    for (const name of later) expect(document).to.not.contain(`/assets/${name}-`);
  });

  it('asks the host that it came from, and another one where it is built for that', async () => {
    expect(document).to.contain('<meta name="stream-host" content="" />');
    process.env.STREAM_HOST = 'https://videos.example.org';
    try {
      await build();
    } finally {
      delete process.env.STREAM_HOST;
    }
    expect(await readFile(join(dir, 'index.html'), 'utf8')).to.contain(
      'content="https://videos.example.org"',
    );
  });
});

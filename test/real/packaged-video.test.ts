import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Directory, keyOf, packaged, segmentsOf, textOf } from '../packager/packaged.ts';
import { REAL_VIDEO } from '../packager/samples.ts';
import { makeSource, runFile } from './ffmpeg-sources.ts';

const PREVIEW_SEC = 12;

describe('a packaged video, played by ffmpeg', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packaged-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const name of ['mp4', 'mov', 'webm', 'mkv'] as const) {
    it(`decodes to the frames of its ${name}`, async () => {
      await sameFrames(await makeSource(folder, name));
    });
  }

  it('decodes to the frames of the video of the README', () => sameFrames(REAL_VIDEO));

  it('ends after the preview without keys, and no encrypted segment can be read', async () => {
    const directory = await packaged(await bytesOf(REAL_VIDEO), { previewSec: 6 });
    const segments = segmentsOf(textOf(directory, 'v0/index.m3u8'));
    const clearSec = segments
      .filter(({ key }) => key === null)
      .reduce((sum, { seconds }) => sum + seconds, 0);
    expect(clearSec).to.be.within(6, 7);
    await withServer(directory, { keys: false }, async (url) => {
      const frames = await framesOf(`${url}/master.m3u8`).catch((error: { stdout: string }) =>
        hashesIn(error.stdout),
      );
      const all = await framesOf(REAL_VIDEO);
      expect(frames).to.deep.equal(all.slice(0, frames.length));
      expect(frames.length).to.be.within(1, Math.ceil(clearSec * 25));
    });
    for (const { uri } of segments.filter(({ key }) => key !== null)) {
      const file = join(folder, 'segment.mp4');
      const parts = ['v0/init.mp4', `v0/${uri}`].map((path) => directory.get(path) ?? Buffer.alloc(0));
      await writeFile(file, Buffer.concat(parts));
      const frames = await framesOf(file).catch(() => []);
      expect(frames, uri).to.deep.equal([]);
      const bare = join(folder, uri);
      await writeFile(bare, directory.get(`v0/${uri}`) ?? '');
      const refused = await runFile('ffprobe', ['-v', 'error', bare]).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused, uri).to.be.instanceOf(Error);
    }
  });
});

async function sameFrames(source: string): Promise<void> {
  const directory = await packaged(await bytesOf(source), { previewSec: PREVIEW_SEC });
  await withServer(directory, { keys: true }, async (url) => {
    const frames = await framesOf(`${url}/master.m3u8`);
    expect(frames.length).to.be.greaterThan(200);
    expect(frames).to.deep.equal(await framesOf(source));
  });
}

/** A hash of each picture, in the order in which they are shown. */
async function framesOf(input: string): Promise<string[]> {
  const args = [
    '-v',
    'error',
    '-xerror',
    '-i',
    input,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'framehash',
    '-',
  ];
  const { stdout } = await runFile('ffmpeg', args, { maxBuffer: 64 * 1024 * 1024 });
  return hashesIn(stdout);
}

function hashesIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}

async function withServer(
  directory: Directory,
  { keys }: { keys: boolean },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    const [, unit] = /^keys\/(\d+)$/.exec(path) ?? [];
    const body = unit === undefined ? directory.get(path) : keys ? keyOf(unit) : undefined;
    response.writeHead(body === undefined ? 402 : 200).end(body);
  });
  try {
    await use(await listening(server));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(file));
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packaged, segmentsOf, textOf } from '../packager/packaged.ts';
import { REAL_VIDEO } from '../packager/samples.ts';
import { makeSource, runFile } from './ffmpeg-sources.ts';
import { framesOf, hashesIn, sameFrames, withServer } from './played.ts';

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

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(file));
}

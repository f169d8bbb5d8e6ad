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

  it('ends after the preview without keys', async () => {
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
  });

  for (const name of ['mp4', 'mov', 'webm'] as const) {
    it(`gives neither ffmpeg nor ffprobe anything of a segment after the preview without its key, from ${name}`, async () => {
      const directory = await packaged(await bytesOf(await makeSource(folder, name)), { previewSec: 6 });
      const segments = segmentsOf(textOf(directory, 'v0/index.m3u8'));
      const init = directory.get('v0/init.mp4') ?? Buffer.alloc(0);
      const file = join(folder, 'segment.mp4');
      for (const { uri, key } of segments) {
        const segment = directory.get(`v0/${uri}`) ?? Buffer.alloc(0);
        await writeFile(file, segment);
        // Without its beginning no segment says what it is, encrypted or not.
        if (key) expect([await fails('ffprobe', file), await fails('ffmpeg', file)], uri).to.not.include('');
        await writeFile(file, Buffer.concat([init, segment]));
        const found = [await packetsIn(file), (await framesOf(file).catch(() => [])).length];
        if (key) expect(found, uri).to.deep.equal([0, 0]);
        else expect(Math.min(...found), `${uri}, which is clear`).to.be.above(0);
      }
      expect(segments.filter(({ key }) => key !== null).length).to.be.above(8);
    });
  }
});

/** What the program says when it fails; nothing when it does not. */
async function fails(program: 'ffmpeg' | 'ffprobe', file: string): Promise<string> {
  const args = program === 'ffmpeg' ? ['-i', file, '-f', 'null', '-'] : [file];
  return await runFile(program, ['-v', 'error', ...args]).then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  );
}

/** How many packets of any track `ffprobe` finds, though it has been told what they are. */
async function packetsIn(file: string): Promise<number> {
  const args = ['-v', 'error', '-show_entries', 'packet=pts', '-of', 'csv=p=0', file];
  const { stdout } = await runFile('ffprobe', args, { maxBuffer: 64 * 1024 * 1024 }).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').filter((line) => line !== '').length;
}

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(file));
}

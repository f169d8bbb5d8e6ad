import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDisk } from '../../indexer/lib/disk.ts';
import { encodingArgs, posterArgs } from '../../indexer/uploads/packaging/ffmpeg/arguments.ts';
import { FfmpegFailed } from '../../indexer/uploads/packaging/ffmpeg/errors.ts';
import { type Ffmpeg, findFfmpeg } from '../../indexer/uploads/packaging/ffmpeg/ffmpeg.ts';
import { createReEncodingWorker } from '../../indexer/uploads/packaging/ffmpeg/re-encoding-worker.ts';
import {
  createPackagingWorker,
  type PackagingWorker,
} from '../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { MediaRefused } from '../../packager/errors.ts';
import { taken } from '../indexer/uploads/packaging/jobs.ts';
import { broken } from '../packager/broken.ts';
import { type Directory, joined, SECRET, segmentsOf, textOf } from '../packager/packaged.ts';
import { REAL_VIDEO } from '../packager/samples.ts';
import { rejected } from '../rejection.ts';
import { makeSource, runFile } from './ffmpeg-sources.ts';
import { framesOf, timesOf, withServer } from './played.ts';

const LINES = [72, 48];
const disk = createDisk(tmpdir());
/** FULL=1 tries more. */
const MUTANTS = process.env.FULL ? 200 : 24;

describe('a video re-encoded by ffmpeg', () => {
  const warnings: unknown[] = [];
  const log = { info: () => {}, warn: (facts: unknown) => warnings.push(facts) };
  const packager = createPackagingWorker({ log, disk: null });
  let folder: string;
  let ffmpeg: Ffmpeg;
  let worker: PackagingWorker;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 're-encoded-'));
    const found = await findFfmpeg('ffmpeg');
    if (found === null) throw new Error('There is no ffmpeg with libx264 here.');
    ffmpeg = found;
    worker = createReEncodingWorker(packager, { find: async () => found, renditions: LINES, disk, log });
  });
  afterEach(() => expect(warnings.splice(0)).to.deep.equal([]));
  after(async () => {
    await packager[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const packaged = async (path: string): Promise<Directory> => {
    const files = await taken(worker.package({ path, secret: SECRET, previewSec: 5 }));
    return new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
  };

  for (const name of ['mp4', 'mov', 'webm', 'mkv'] as const) {
    it(`has smaller renditions that show each picture of its ${name} when it is shown there`, async () => {
      const directory = await packaged(await makeSource(folder, name));
      const [first, ...others] = ['v0', 'v1', 'v2'].map((path) => cuts(directory, path));
      expect(others).to.deep.equal([first, first]);
      await withServer(directory, { keys: true }, async (url) => {
        const times = await timesOf(`${url}/v0/index.m3u8`);
        expect(times.length).to.be.greaterThan(1_900);
        for (const [index, lines] of LINES.entries()) {
          const rendition = `${url}/v${index + 1}/index.m3u8`;
          expect(await sizeOf(rendition)).to.equal(`${lines === 72 ? 128 : 86}x${lines}`);
          sameTimes(await timesOf(rendition), times);
        }
      });
    });
  }

  it('has renditions where the start was cut off without encoding it anew, or pictures come irregularly', async () => {
    const source = await makeSource(folder, 'mp4');
    const [cutOff, irregular] = [join(folder, 'cut-off.mp4'), join(folder, 'irregular.mp4')];
    await runFile('ffmpeg', ['-v', 'error', '-y', '-ss', '3.3', '-i', source, '-c', 'copy', cutOff]);
    const delayed = [
      '-vf',
      "setpts='PTS+0.013*mod(N,3)/TB'",
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:90000',
    ];
    await runFile('ffmpeg', ['-v', 'error', '-y', '-i', source, ...delayed, '-g', '50', irregular]);
    for (const path of [cutOff, irregular]) {
      const directory = await packaged(path);
      const renditions = ['v0', 'v1', 'v2'].map((rendition) => cuts(directory, rendition));
      expect(renditions, path).to.deep.equal([renditions[0], renditions[0], renditions[0]]);
      // From one file: ffmpeg moves irregular pictures of HLS, since it learns segment by segment how early they are decoded.
      const times = ['v0', 'v2'].map(async (rendition) => {
        const file = join(folder, `${rendition}.mp4`);
        await writeFile(file, joined(directory, rendition));
        return await timesOf(file);
      });
      const [here = [], there = []] = await Promise.all(times);
      sameTimes(there, here);
    }
  });

  it('is the same again', async () => {
    const source = await makeSource(folder, 'mp4');
    expect(await packaged(source)).to.deep.equal(await packaged(source));
  });

  it('has a poster', async () => {
    const directory = await packaged(REAL_VIDEO);
    const poster = join(folder, 'poster.jpg');
    await writeFile(poster, directory.get('poster.jpg') ?? '');
    expect(await sizeOf(poster)).to.equal('640x360');
  });

  it('stands upright, though its pictures lie on their side', async () => {
    const source = await makeSource(folder, 'mp4');
    const turned = join(folder, 'turned.mp4');
    const turn = ['-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned];
    await runFile('ffmpeg', ['-v', 'error', '-y', '-i', source, ...turn]);
    const directory = await packaged(turned);
    const { renditions } = JSON.parse(textOf(directory, 'content.json'));
    expect(renditions.map(({ width, height }: Record<string, number>) => `${width}x${height}`)).to.deep.equal(
      [...['90x160', '72x128', '48x86']],
    );
    await withServer(directory, { keys: true }, async (url) => {
      expect(await sizeOf(`${url}/v1/index.m3u8`)).to.equal('72x128');
    });
  });

  it('gets key frames where it has too few, and is cut at them', async () => {
    const source = join(folder, 'rare.mkv');
    const [picture, tone] = ['testsrc=size=160x90:rate=25:duration=70', 'sine=duration=70'];
    const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone];
    const codecs = [
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-bf',
      '2',
      '-g',
      '100000',
    ];
    await runFile('ffmpeg', ['-v', 'error', '-y', ...inputs, ...codecs, '-c:a', 'aac', source]);
    const directory = await packaged(source);
    const { renditions, unit_starts } = JSON.parse(textOf(directory, 'content.json'));
    expect(unit_starts).to.have.length(1);
    expect(renditions.map(({ width, height }: Record<string, number>) => `${width}x${height}`)).to.deep.equal(
      [...['160x90', '128x72', '86x48']],
    );
    const first = cuts(directory, 'v0');
    expect(first.slice(0, -1).map(Math.round)).to.deep.equal(Array(11).fill(6));
    expect(cuts(directory, 'v2')).to.deep.equal(first);
    await withServer(directory, { keys: true }, async (url) => {
      expect((await timesOf(`${url}/v0/index.m3u8`)).length).to.equal(70 * 25);
    });
  });

  it(`does not hang, crash or leave a file, with ${MUTANTS} files that are broken at random`, async () => {
    const names = ['mov', 'webm', 'mkv'] as const;
    const sources = [REAL_VIDEO, ...(await Promise.all(names.map((name) => makeSource(folder, name))))];
    const own = await mkdtemp(join(folder, 'mutants-'));
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < MUTANTS; seed++) {
      const source = new Uint8Array(await readFile(sources[seed % sources.length] ?? ''));
      const path = join(own, 'mutant');
      await writeFile(path, broken(source, seed));
      const outcome = await packaged(path).then(
        () => 'packaged',
        (error: unknown) => (error instanceof MediaRefused ? error.reason : Promise.reject(error)),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect(await readdir(own), `seed ${seed}`).to.deep.equal(['mutant']);
    }
    expect(outcomes.get('packaged')).to.be.greaterThan(0);
    expect(outcomes.get('damaged')).to.be.greaterThan(0);
    warnings.splice(0); // What ffmpeg can't decode, it says.
  }).timeout(600_000);

  it('reads nothing but its own file, whatever that is', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const own = join(folder, 'own');
    await runFile('mkdir', [own]);
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mp4`;
      const source = join(folder, 'text');
      // As it does when it is asked in the usual way.
      await writeFile(
        source,
        `#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n${REAL_VIDEO}\n#EXT-X-ENDLIST\n`,
      );
      expect(await framesOf(source)).not.to.deep.equal([]);
      for (const name of [REAL_VIDEO, `file:${REAL_VIDEO}`, url]) {
        for (const text of [
          `#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n${name}\n#EXT-X-ENDLIST\n`,
          `ffconcat version 1.0\nfile '${name}'\n`,
          `subfile,,start,0,end,1000,,:${name}`,
        ]) {
          await writeFile(source, text);
          for (const container of ['mp4', 'matroska'] as const) {
            const plan = { container, width: 640, height: 360, durationSec: 12, startsSec: [0] };
            const limits = { folder: own, maxFileBytes: 10_000_000, maxMs: 60_000 };
            const encoding = encodingArgs(source, plan, { width: 160, height: 90 }, join(own, 'out.mp4'));
            await rejected(ffmpeg.run(encoding, limits), FfmpegFailed);
            await rejected(ffmpeg.run(posterArgs(source, plan, join(own, 'out.jpg')), limits), FfmpegFailed);
          }
        }
      }
      expect(asked).to.deep.equal([]);
      expect(await readdir(own)).to.deep.equal([]);
    } finally {
      server.close();
    }
  });
});

/** To what containers of segments know. */
function sameTimes(there: readonly number[], here: readonly number[]): void {
  expect(there.length).to.equal(here.length);
  for (const [at, time] of there.entries()) expect(time).to.be.closeTo(here[at] ?? 0, 0.002);
}

/** How long the segments of a rendition are. */
function cuts(directory: Directory, rendition: string): number[] {
  return segmentsOf(textOf(directory, `${rendition}/index.m3u8`)).map(({ seconds }) => seconds);
}

async function sizeOf(input: string): Promise<string> {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0:s=x'];
  const { stdout } = await runFile('ffprobe', ['-v', 'error', ...entries, input]);
  return stdout.trim().split('\n')[0] ?? '';
}

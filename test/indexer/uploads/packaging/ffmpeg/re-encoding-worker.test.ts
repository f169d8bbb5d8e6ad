import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { type Disk, DiskTooSmall } from '../../../../../indexer/lib/disk.ts';
import { smallerSize } from '../../../../../indexer/uploads/packaging/ffmpeg/arguments.ts';
import { FfmpegFailed } from '../../../../../indexer/uploads/packaging/ffmpeg/errors.ts';
import {
  type Ffmpeg,
  findFfmpeg,
  type RunOptions,
} from '../../../../../indexer/uploads/packaging/ffmpeg/ffmpeg.ts';
import { createReEncodingWorker } from '../../../../../indexer/uploads/packaging/ffmpeg/re-encoding-worker.ts';
import type {
  MediaPlan,
  PackagingWorker,
} from '../../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { packaged } from '../../../../packager/packaged.ts';
import { makeVideo } from '../../../../packager/samples.ts';
import { rejected, rejection } from '../../../../rejection.ts';
import { SILENT, taken, useWorker } from '../jobs.ts';

const POSTER = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

describe('the worker that re-encodes', () => {
  const at = useWorker();
  const roomy = { requireRoom: async () => {} };
  const withFfmpeg = (ffmpeg: Ffmpeg | null, disk: Pick<Disk, 'requireRoom'> = roomy) =>
    createReEncodingWorker(at.worker, {
      find: async () => ffmpeg,
      renditions: [240, 120],
      disk,
      log: SILENT,
    });

  it('packages what ffmpeg made, in one progress, and deletes it', async () => {
    const source = await makeVideo('mp4', { seconds: 30 });
    const job = await at.folder.jobOf(source);
    const small = await makeVideo('mp4', { seconds: 30, video: 'vp9', soundSec: 1 });
    const folders: string[] = [];
    const ffmpeg: Ffmpeg = {
      async run(args, { folder: own, onProgress }) {
        folders.push(own);
        const output = args.at(-1)?.replace('file:', '') ?? '';
        await writeFile(output, output.endsWith('.jpg') ? POSTER : small);
        for (const sec of [10, 20, 30]) onProgress?.(sec);
      },
    };
    const parts: number[] = [];
    const files = await taken(withFfmpeg(ffmpeg).package(job, { onProgress: (part) => parts.push(part) }));
    expect(files.get('poster.jpg')).to.deep.equal(Buffer.from(POSTER));
    expect([...files.keys()]).to.include.members(['v1/index.m3u8', 'v2/index.m3u8']);
    expect(parts).to.deep.equal(parts.toSorted((a, b) => a - b));
    expect(parts.at(-1)).to.equal(1);
    expect(folders.every((own) => dirname(own) === dirname(job.path))).to.equal(true);
    expect(folders.some((own) => existsSync(own))).to.equal(false);
  });

  it('goes on without what ffmpeg fails at, and keeps the poster that was sent', async () => {
    const source = await makeVideo('mp4', { seconds: 30 });
    const ffmpeg: Ffmpeg = {
      async run(args) {
        await writeFile(args.at(-1)?.replace('file:', '') ?? '', 'half of it');
        throw new FfmpegFailed({ reason: 'time' });
      },
    };
    const job = { ...(await at.folder.jobOf(source)), poster: POSTER };
    const expected = await packaged(source, { previewSec: job.previewSec, poster: POSTER });
    const files = await taken(withFfmpeg(ffmpeg).package(job));
    expect(files.get('content.json')).to.deep.equal(expected.get('content.json'));
    expect([...files.keys()]).to.deep.equal([...expected.keys()]);
    const rare = await at.folder.jobOf(await makeVideo('mp4', { seconds: 70, groupSec: 30 }));
    expect(await rejection(taken(withFfmpeg(ffmpeg).package(rare)))).to.include({
      reason: 'key_frames_too_rare',
    });
    expect((await readdir(dirname(job.path))).filter((name) => name.includes('-work'))).to.deep.equal([]);
  });

  it('goes on without what ffmpeg says it made, and has not', async () => {
    const ffmpeg: Ffmpeg = {
      run: async (args) => await writeFile(args.at(-1)?.replace('file:', '') ?? '', ''),
    };
    const source = await makeVideo('mp4', { seconds: 30 });
    const expected = await packaged(source, { previewSec: 3 });
    const files = await taken(withFfmpeg(ffmpeg).package(await at.folder.jobOf(source)));
    expect([...files.keys()]).to.deep.equal([...expected.keys()]);
    const rare = await at.folder.jobOf(await makeVideo('mp4', { seconds: 70, groupSec: 30 }));
    expect(await rejection(taken(withFfmpeg(ffmpeg).package(rare)))).to.include({
      reason: 'key_frames_too_rare',
    });
  });

  it('has nothing made that the disk may be too small for', async () => {
    const asked: number[] = [];
    const disk = {
      async requireRoom(bytes: number) {
        asked.push(bytes);
        throw new DiskTooSmall(bytes, 0);
      },
    };
    const ffmpeg: Ffmpeg = { run: () => Promise.reject(new Error('It runs.')) };
    const job = await at.folder.jobOf(await makeVideo('mp4', { seconds: 30 }));
    const files = await taken(withFfmpeg(ffmpeg, disk).package(job));
    expect([...files.keys()])
      .to.include('content.json')
      .and.not.to.include('v1/index.m3u8');
    expect(asked).to.have.length(3);
    expect(asked[0]).to.be.greaterThan(asked[1] ?? 0);
  });

  describe('does not believe how long and large a video says it is', () => {
    const encodingsOf = async (plan: Pick<MediaPlan, 'width' | 'height' | 'startsSec'>) => {
      const limits: RunOptions[] = [];
      const ffmpeg: Ffmpeg = {
        async run(args, options) {
          const output = args.at(-1)?.replace('file:', '') ?? '';
          if (!output.endsWith('.jpg')) limits.push(options);
          await writeFile(output, '');
        },
      };
      const all: MediaPlan = { container: 'mp4', durationSec: 50 * 3_600, ...plan };
      const planning: PackagingWorker = {
        ...at.worker,
        plan: async () => all,
        package: async function* () {},
      };
      const options = { find: async () => ffmpeg, renditions: [240, 120], disk: roomy, log: SILENT };
      await taken(createReEncodingWorker(planning, options).package(await at.folder.jobOf('a video')));
      return limits;
    };

    it('ends all its encodings within six hours', async () => {
      for (const startsSec of [[0], null]) {
        const limits = await encodingsOf({ width: 3_840, height: 2_160, startsSec });
        const ms = limits.reduce((sum, { maxMs }) => sum + maxMs, 0);
        expect(ms).to.be.within(2 * 3_600_000, 6 * 3_600_000);
      }
    });

    it('encodes nothing of more than 2,160 lines', async () => {
      for (const startsSec of [[0], null]) {
        expect(await encodingsOf({ width: 7_680, height: 4_320, startsSec })).to.deep.equal([]);
      }
    });
  });

  it('shows ffmpeg no file that the packager does not take', async () => {
    let runs = 0;
    const ffmpeg: Ffmpeg = {
      async run() {
        runs += 1;
      },
    };
    const playlist = await at.folder.jobOf(
      '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n/etc/passwd\n#EXT-X-ENDLIST\n',
    );
    const concat = await at.folder.jobOf("ffconcat version 1.0\nfile '/etc/passwd'\n");
    for (const job of [playlist, concat]) {
      expect(await rejection(taken(withFfmpeg(ffmpeg).package(job)))).to.include({
        reason: 'unknown_format',
      });
    }
    expect(runs).to.equal(0);
  });

  it('stops with its signal, and leaves nothing', async () => {
    const job = await at.folder.jobOf(await makeVideo('mp4', { seconds: 30 }));
    const stopping = new AbortController();
    const ffmpeg: Ffmpeg = {
      async run(_, { signal }) {
        stopping.abort(new Error('enough'));
        signal?.throwIfAborted();
      },
    };
    const error = await rejected(taken(withFfmpeg(ffmpeg).package(job, stopping)), Error);
    expect(error.message).to.equal('enough');
    expect((await readdir(dirname(job.path))).filter((name) => name.includes('-work'))).to.deep.equal([]);
  });

  it('only packages where there is no ffmpeg', async () => {
    expect(await findFfmpeg('no-such-ffmpeg')).to.equal(null);
    const source = await makeVideo('mp4', { seconds: 30 });
    const files = await taken(withFfmpeg(null).package(await at.folder.jobOf(source)));
    const expected = await packaged(source, { previewSec: 3 });
    expect(files.get('content.json')).to.deep.equal(expected.get('content.json'));
  });
});

describe('the size of a rendition', () => {
  const plan = { container: 'mp4', durationSec: 1, startsSec: [0] } as const;

  it('is by its shorter side, in even numbers', () => {
    expect(smallerSize({ ...plan, width: 1920, height: 1080 }, 480)).to.deep.equal({
      width: 854,
      height: 480,
    });
    expect(smallerSize({ ...plan, width: 1080, height: 1920 }, 480)).to.deep.equal({
      width: 480,
      height: 854,
    });
    expect(smallerSize({ ...plan, width: 999, height: 333 }, 240)).to.deep.equal({ width: 720, height: 240 });
  });

  it('is none where it would not be smaller', () => {
    expect(smallerSize({ ...plan, width: 854, height: 480 }, 480)).to.equal(null);
    expect(smallerSize({ ...plan, width: 320, height: 240 }, 480)).to.equal(null);
  });
});

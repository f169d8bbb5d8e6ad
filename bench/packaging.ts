import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isCode } from '../indexer/lib/errors.ts';
import { type BenchCase, cost, median, quantile, rate } from './case.ts';
import { ended, startMain } from './children.ts';
import { sendFile } from './media/send.ts';
import { LONG_SEC, writeLongVideo } from './packaging/long-video.ts';
import { peakOfChildrenMb } from './packaging/peak-of-children.ts';

const RUNS = 3;
const ASK_EVERY_MS = 20;

/**
 * A video of 100 minutes that is uploaded to be protected, from the answer that it is queued until it is kept; beside
 * ffmpeg, which copies it into clear HLS, where it is there.
 */
export const packaging: BenchCase = {
  name: 'package',
  by: 'node:http',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    try {
      const source = join(folder, 'long.mp4');
      await writeLongVideo(source);
      const floors: number[] = [];
      const runs: Run[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const copied = await secondsOfFfmpeg(source, await mkdtemp(join(folder, 'ffmpeg-')));
        if (copied !== null) floors.push(LONG_SEC / copied);
        runs.push(await packaged(source, join(folder, `host-${run}`)));
      }
      return [
        rate(
          'mediaSecPerSec',
          runs.map(({ tookSec }) => LONG_SEC / tookSec),
          's/s',
          floors,
          100,
        ),
        cost('peakRssMb', median(runs.map(({ peakMb }) => peakMb)), 'MB', 400),
        cost(
          'healthzMs.p99',
          quantile(
            runs.flatMap(({ healthzMs }) => healthzMs),
            0.99,
          ),
          'ms',
          200,
        ),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

interface Run {
  tookSec: number;
  /** Of the process that packages. */
  peakMb: number;
  /** What `/healthz` took meanwhile. */
  healthzMs: number[];
}

interface Upload {
  state: 'queued' | 'packaging' | 'packaged' | 'failed';
  problem: { detail: string } | null;
}

async function packaged(source: string, dataDir: string): Promise<Run> {
  const host = await startMain(dataDir, 'inherit', { LOG_LEVEL: 'error' });
  try {
    const { status, answer } = await sendFile(source, host.url, {
      price: '0.001',

      protect: true,
    });
    if (status !== 202) throw new Error(`the upload was answered ${status}: ${answer}`);
    const upload = `${host.url}/uploads/${JSON.parse(answer).upload.id}`;
    const start = performance.now();
    let [peakMb, healthzMs] = [0, [] as number[]];
    for (let state = 'queued'; state !== 'packaged'; ) {
      const asked = performance.now();
      await (await fetch(`${host.url}/healthz`)).text();
      healthzMs.push(performance.now() - asked);
      peakMb = Math.max(peakMb, await peakOfChildrenMb(host.process.pid));
      const { upload: now } = (await (await fetch(upload)).json()) as { upload: Upload };
      if (now.state === 'failed') throw new Error(`the packaging failed: ${now.problem?.detail}`);
      state = now.state;
      await delay(ASK_EVERY_MS);
    }
    return { tookSec: (performance.now() - start) / 1_000, peakMb, healthzMs };
  } finally {
    await ended(host.process);
  }
}

/** `null` where there is no ffmpeg. */
async function secondsOfFfmpeg(source: string, folder: string): Promise<number | null> {
  const hls = ['-f', 'hls', '-hls_time', '6', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'];
  const start = performance.now();
  try {
    await promisify(execFile)('ffmpeg', [
      '-v',
      'error',
      '-i',
      source,
      '-c',
      'copy',
      ...hls,
      join(folder, 'i.m3u8'),
    ]);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  return (performance.now() - start) / 1_000;
}

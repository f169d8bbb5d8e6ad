import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCase, cost, type Measurement, median, rate } from './case.ts';
import { ended, peakRssMb, startMain } from './children.ts';
import { SAMPLE_BYTES, writeSample } from './media/sample.ts';
import { sendSample } from './media/send.ts';
import { startBare } from './media/servers.ts';

const RUNS = 3;

/**
 * 1 GiB of random bytes through `POST /upload-content` of a fresh host, beside a server of node:http alone that takes
 * the same form, hashes the file and writes it, on the disk before its answer.
 */
export const upload: BenchCase = {
  name: 'upload',
  by: 'node:http',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    try {
      return await measure(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(folder: string): Promise<Measurement[]> {
  const sample = join(folder, 'sample');
  await writeSample(sample);
  const floors: number[] = [];
  const rates: number[] = [];
  const peaks: number[] = [];
  const barePeaks: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await using bare = await startBare('bare-upload.ts', folder);
    floors.push(await mbPerSec(() => sendSample(sample, bare.url)));
    barePeaks.push(await peakRssMb(bare.process.pid));
    const host = await startMain(join(folder, `host-${run}`), 'inherit', { LOG_LEVEL: 'error' });
    try {
      rates.push(await mbPerSec(() => sendSample(sample, host.url)));
      peaks.push(await peakRssMb(host.process.pid));
    } finally {
      await ended(host.process);
    }
  }
  return [
    { ...rate('mbPerSec', rates, 'MB/s', floors, null), goalRatio: 0.7 },
    cost('peakRssMb', median(peaks), 'MB', 250, median(barePeaks)),
  ];
}

async function mbPerSec(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return SAMPLE_BYTES / 1e6 / ((performance.now() - start) / 1e3);
}

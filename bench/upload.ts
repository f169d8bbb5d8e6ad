import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type BenchCase, cost, type Measurement, median, rate } from './case.ts';
import { ended, peakRssMb, startMain } from './children.ts';

const SIZE_BYTES = 1024 ** 3;
const RUNS = 3;
const STEP_BYTES = 1024 ** 2;
const META = {
  video_name: 'bench',
  content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  creator_share: 70,
  provider_share: 30,
  price: '0.001',
};

/** 1 GiB of random bytes through `POST /upload-content` of a fresh host, beside reading, hashing and writing it. */
export const upload: BenchCase = {
  name: 'upload',
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
  const source = join(folder, 'source');
  await writeRandom(source);
  const floors: number[] = [];
  const rates: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    floors.push(await mbPerSec(() => readHashWrite(source, join(folder, 'copy'))));
    const dataDir = join(folder, `host-${run}`);
    const host = await startMain(dataDir, 'inherit', { LOG_LEVEL: 'error' });
    try {
      rates.push(await mbPerSec(() => uploadFile(source, host.url)));
      peaks.push(await peakRssMb(host.process.pid));
    } finally {
      await ended(host.process);
    }
    // Its files stay until the end: ext4 searches past the inodes of thousands just deleted, at each new file.
  }
  return [
    { ...rate('mbPerSec', rates, 'MB/s', floors, null), goalRatio: 0.5 },
    cost('peakRssMb', median(peaks), 'MB', 300),
  ];
}

async function mbPerSec(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return SIZE_BYTES / 1e6 / ((performance.now() - start) / 1e3);
}

async function writeRandom(path: string): Promise<void> {
  const step = Buffer.alloc(STEP_BYTES);
  await using file = await open(path, 'w');
  for (let written = 0; written < SIZE_BYTES; written += STEP_BYTES) await file.write(randomFillSync(step));
}

async function readHashWrite(from: string, to: string): Promise<void> {
  const hash = createHash('sha256');
  const step = Buffer.alloc(STEP_BYTES);
  await using source = await open(from);
  await using target = await open(to, 'w');
  for (let done = 0; done < SIZE_BYTES; done += STEP_BYTES) {
    await source.read(step);
    hash.update(step);
    await target.write(step);
  }
  hash.digest();
}

async function uploadFile(path: string, url: string): Promise<void> {
  const boundary = '----WebKitFormBoundary7MA4YWxkTrZu0gW'; // as long as browsers make it: it is searched for
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="json_data"\r\n\r\n${JSON.stringify(META)}\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="bench.mp4"\r\nContent-Type: video/mp4\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const req = request(`${url}/upload-content`, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + SIZE_BYTES + tail.length,
    },
  });
  const send = async () => {
    req.write(head);
    await pipeline(createReadStream(path, { highWaterMark: STEP_BYTES }), req, { end: false });
    req.end(tail);
  };
  const responded = once(req, 'response') as Promise<[IncomingMessage]>;
  const [[res]] = await Promise.all([responded, send()]);
  const answer = await text(res);
  if (res.statusCode !== 200) throw new Error(`the upload was answered ${res.statusCode}: ${answer}`);
}

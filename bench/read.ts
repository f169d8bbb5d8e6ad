import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KuboProcess } from '../test/real/kubo-node.ts';
import { type BenchCase, cost, type Measurement, median, rate } from './case.ts';
import { ended, peakRssMb, startMain } from './children.ts';
import { GENERATOR, Reader } from './media/reader.ts';
import { SAMPLE_BYTES, writeSample } from './media/sample.ts';
import { sendSample } from './media/send.ts';
import { startBare } from './media/servers.ts';

const ROUNDS = 3;
/** Of what differs more from one round to the next. */
const MANY_ROUNDS = 9;
const OFFSETS = 200;
const SEEKERS = 50;
const SEEK_BYTES = 4 * 1024 ** 2;
const SEEK_SECONDS = 4;

interface Urls {
  ours: string;
  hashed: string;
  plain: string;
  kubo: string | null;
}

/**
 * A file of 1 GiB read whole, at random places, and by 50 readers who seek; beside servers of node:http alone, of which
 * the one that hashes what it sends is the floor, and Kubo's gateway where `KUBO` names a binary.
 */
export const read: BenchCase = {
  name: 'read',
  by: GENERATOR,
  async run() {
    await using parts = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    parts.defer(() => rm(folder, { recursive: true }));
    const sample = join(folder, 'sample');
    await writeSample(sample);
    const bare = parts.use(await startBare('bare-read.ts', sample));
    const host = await startMain(join(folder, 'host'), 'inherit', { LOG_LEVEL: 'error' });
    parts.defer(() => ended(host.process));
    const { cid } = JSON.parse(await sendSample(sample, host.url, '0')).meta;
    const urls = {
      ours: `${host.url}/ipfs/${cid}`,
      hashed: `${bare.url}/hashed`,
      plain: `${bare.url}/plain`,
    };
    const kubo = process.env.KUBO ? await startKubo(parts, sample) : null;
    return [
      ...(await sequential({ ...urls, kubo })),
      ...(await firstBytes(urls)),
      ...(await seeking(urls)),
      cost(
        'parallel50.peakRssMb',
        await peakRssMb(host.process.pid),
        'MB',
        350,
        await peakRssMb(bare.process.pid),
      ),
    ];
  },
};

/** @returns where its gateway has the sample. */
async function startKubo(parts: AsyncDisposableStack, sample: string): Promise<string> {
  const kubo = await KuboProcess.start({
    'Addresses.Gateway': '/ip4/127.0.0.1/tcp/0',
    'Datastore.BlockKeyCacheSize': 65_536, // as it comes
  });
  parts.defer(() => kubo.dispose());
  const cid = await kubo.ipfs('add', '--quieter', '--cid-version=1', sample);
  return `${await kubo.gatewayUrl()}/ipfs/${cid.trim()}`;
}

/** Of all servers in turn. */
async function rounds<Name extends string, Value>(
  urls: Record<Name, string | null>,
  measure: (url: string, round: number) => Promise<Value>,
  count = ROUNDS,
): Promise<Record<Name, Value[]>> {
  const names = Object.keys(urls) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Value[]>;
  for (let round = 0; round < count; round += 1) {
    for (const name of names) {
      const url = urls[name];
      if (url !== null) measured[name].push(await measure(url, round));
    }
  }
  return measured;
}

async function sequential(urls: Urls): Promise<Measurement[]> {
  const whole = async (url: string) => {
    const reader = await Reader.connect(url);
    const start = performance.now();
    await reader.get();
    reader.close();
    return mbPerSec(SAMPLE_BYTES, performance.now() - start);
  };
  const { ours, hashed, plain, kubo } = await rounds(urls, whole, MANY_ROUNDS);
  return [
    { ...rate('mbPerSec', ours, 'MB/s', hashed, null), goalRatio: 0.8 },
    rate('mbPerSec.ofPlain', ours, 'MB/s', plain, null),
    ...(kubo.length > 0 ? [{ ...rate('mbPerSec.ofKubo', ours, 'MB/s', kubo, null), goalRatio: 1 }] : []),
  ];
}

/** As a player does: it connects, asks for all from somewhere, and goes away. */
async function firstBytes({ ours, hashed }: Urls | Omit<Urls, 'kubo'>): Promise<Measurement[]> {
  const measure = async (url: string, round: number) => {
    const random = randomFrom(round + 1);
    const times: number[] = [];
    for (let nth = 0; nth < OFFSETS; nth += 1) {
      const start = performance.now();
      const reader = await Reader.connect(url);
      await reader.get(`${Math.floor(random() * SAMPLE_BYTES)}-`, 1);
      times.push(performance.now() - start);
      reader.close();
    }
    return times.sort((a, b) => a - b);
  };
  const latencies = await rounds({ ours, hashed }, measure, MANY_ROUNDS);
  const at = (part: number) => (times: number[]) => times[Math.ceil(part * OFFSETS) - 1] ?? Number.NaN;
  const of = (name: string, part: number, goal: number) =>
    cost(
      `firstByteMs.${name}`,
      median(latencies.ours.map(at(part))),
      'ms',
      goal,
      median(latencies.hashed.map(at(part))),
    );
  return [of('p50', 0.5, 1.5), of('p99', 0.99, 15)];
}

async function seeking({ ours, hashed }: Urls | Omit<Urls, 'kubo'>): Promise<Measurement[]> {
  const rates = await rounds({ ours, hashed }, async (url, round) => {
    const start = performance.now();
    const seek = async (nth: number) => {
      const random = randomFrom(round * SEEKERS + nth + 1);
      const reader = await Reader.connect(url);
      let bytes = 0;
      for (; performance.now() - start < SEEK_SECONDS * 1000; bytes += SEEK_BYTES) {
        const from = Math.floor(random() * (SAMPLE_BYTES - SEEK_BYTES));
        await reader.get(`${from}-${from + SEEK_BYTES - 1}`);
      }
      reader.close();
      return bytes;
    };
    const bytes = await Promise.all(Array.from({ length: SEEKERS }, (_, nth) => seek(nth)));
    const all = bytes.reduce((sum, each) => sum + each, 0);
    return mbPerSec(all, performance.now() - start);
  });
  return [{ ...rate('parallel50.mbPerSec', rates.ours, 'MB/s', rates.hashed, null), goalRatio: 0.8 }];
}

function mbPerSec(bytes: number, ms: number): number {
  return bytes / 1e6 / (ms / 1e3);
}

/** The same places for every server. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

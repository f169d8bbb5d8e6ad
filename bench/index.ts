import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCase, cost, median, quantile, rate } from './case.ts';
import { ended, HOST_FLAGS, said } from './children.ts';
import { EVENTS } from './index/history.ts';

const ROUNDS = 3;
/** Blocks that are mined after the history, at times that don't fit the host's. */
const TIPS = 60;
const LONGEST_PAUSE_MS = 700;

interface Indexed {
  tookMs: number;
  peakRssMb: number;
}

/**
 * 100,000 views in 500 blocks of a local node, from an empty database to ready; beside a program of nothing but fetch,
 * slices and prepared statements that writes the same rows. The two take turns, each in a process of its own.
 */
export const index: BenchCase = {
  name: 'index',
  async run() {
    const one = await indexed('one');
    const distinct = await indexed('distinct');
    const large = await filled();
    return [
      { ...rate('eventsPerSec', one.ours, '1/s', one.floor, 40_000), goalRatio: 0.8 },
      { ...rate('eventsPerSec.distinct', distinct.ours, '1/s', distinct.floor, 40_000), goalRatio: 0.8 },
      rate('insertsPerSec', [large.insertsPerSec], '1/s', [], 20_000),
      cost('bytesPerView', large.bytesPerView, 'B', 400),
      cost('peakRssMb', median(one.peaks), 'MB', 350),
      cost('tipLatencyMs.http.p50', quantile(one.latenciesMs, 0.5), 'ms', 300),
      cost('tipLatencyMs.http.p99', quantile(one.latenciesMs, 0.99), 'ms', 800),
    ];
  },
};

interface Run {
  ours: number[];
  floor: number[];
  peaks: number[];
  latenciesMs: number[];
}

async function indexed(viewers: 'one' | 'distinct'): Promise<Run> {
  const run: Run = { ours: [], floor: [], peaks: [], latenciesMs: [] };
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const node = started('node.ts', [viewers]);
  cleanup.defer(() => ended(node));
  const { url } = await said<{ url: string }>(node);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const script of ['floor.ts', 'host.ts']) {
      const records = await mkdtemp(join(folder, 'records-'));
      const child = started(script, [url, records]);
      const { tookMs, peakRssMb } = await said<Indexed>(child);
      (script === 'host.ts' ? run.ours : run.floor).push(EVENTS / (tookMs / 1_000));
      if (script === 'host.ts') run.peaks.push(peakRssMb);
      if (script === 'host.ts' && viewers === 'one' && round === ROUNDS - 1)
        run.latenciesMs = await tipLatencies(node, child);
      await ended(child);
    }
  }
  return run;
}

/** How views are written behind five million others. */
async function filled(): Promise<{ insertsPerSec: number; bytesPerView: number }> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const child = started('large.ts', [folder]);
  cleanup.defer(() => ended(child));
  return await said(child);
}

/** From a block of the node until its rows are there, at times that are spread evenly. */
async function tipLatencies(node: ChildProcess, host: ChildProcess): Promise<number[]> {
  const seenAtMs = new Map<number, number>();
  host.on('message', ({ indexed, atMs }: { indexed: number; atMs: number }) => seenAtMs.set(indexed, atMs));
  const latencies: number[] = [];
  for (let tip = 0; tip < TIPS; tip += 1) {
    await delay(Math.random() * LONGEST_PAUSE_MS);
    node.send('mine');
    const { mined, atMs } = await said<{ mined: number; atMs: number }>(node);
    while (!seenAtMs.has(mined)) await once(host, 'message');
    latencies.push((seenAtMs.get(mined) ?? 0) - atMs);
  }
  return latencies;
}

function started(script: string, args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'index', script), args, { execArgv: HOST_FLAGS });
}

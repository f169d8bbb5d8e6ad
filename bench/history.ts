import { type ChildProcess, fork } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCase, cost, median, quantile, rate } from './case.ts';
import { ended, HOST_FLAGS, said, startMain } from './children.ts';
import { CONTRACT } from './index/history.ts';

/** `BENCH_VIEWS=300000` is for a quick look. */
const VIEWS = Number(process.env.BENCH_VIEWS || 5_000_000);
const STARTS = 3;
const READS = ['firstPage', 'deepPage', 'dayFilter', 'earnings', 'search', 'streams'] as const;

interface Filled {
  last: number;
  bytesPerView: number;
  insertsPerSec: number;
}

/** Reads of 5 million views of 100,000 videos, of which one has half of them and 100,000 streams; in process. */
export const history: BenchCase = {
  name: 'history',
  async run() {
    await using cleanup = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    cleanup.defer(() => rm(folder, { recursive: true }));
    const records = join(folder, 'records.sqlite');
    const filled = await answerOf<Filled>('fill.ts', [records, String(VIEWS)]);
    const last = String(filled.last);
    const took = await answerOf<Record<(typeof READS)[number], number[]>>('read.ts', [records, last]);
    const starts = await startTimes(folder, records, last);
    return [
      cost('bytesPerView', filled.bytesPerView, 'B', 400),
      rate('insertsPerSec', [filled.insertsPerSec], '1/s', [], 20_000),
      ...READS.map((read) => cost(`${read}Ms.p99`, quantile(took[read], 0.99), 'ms', 10)),
      cost('deepPageMs.p50', median(took.deepPage), 'ms', 10, median(took.firstPage)),
      cost('startMs', median(starts), 'ms', 3_000),
    ];
  },
};

/** From nothing to a host that has looked at its chain. */
async function startTimes(folder: string, records: string, last: string): Promise<number[]> {
  const node = started('node.ts', [records, last]);
  try {
    const { url } = await said<{ url: string }>(node);
    const dataDir = join(folder, 'host');
    await mkdir(dataDir);
    await copyFile(records, join(dataDir, 'records.sqlite'));
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      const startMs = performance.now();
      const env = { ETH_RPC_URL: url, CONTRACT_ADDRESS: CONTRACT, LOG_LEVEL: 'error' };
      const host = await startMain(dataDir, 'inherit', env);
      const ready = await fetch(`${host.url}/readyz`);
      starts.push(performance.now() - startMs);
      await ended(host.process);
      if (!ready.ok) throw new Error(`the host is not ready: ${await ready.text()}`);
    }
    return starts;
  } finally {
    await ended(node);
  }
}

async function answerOf<Answer>(script: string, args: string[]): Promise<Answer> {
  const child = started(script, args);
  const answer = await said<Answer>(child);
  await ended(child);
  return answer;
}

function started(script: string, args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'history', script), args, { execArgv: HOST_FLAGS });
}

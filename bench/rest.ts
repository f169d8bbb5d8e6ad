import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, Measurement } from './case.ts';
import { median } from './case.ts';

const ROUNDS = 5;
const SECONDS = 3;
/** As `npm start` runs the host. */
const HOST_FLAGS = ['--max-semi-space-size=4'];

interface Load {
  rps: number;
  p99Ms: number;
  failed: number;
}

interface Server {
  url: string;
  process: ChildProcess;
}

/**
 * The history of 1,000 contents with 100,000 views, asked for as fast as one client can while 100 views a second are
 * written; beside a server of nothing but node:http that sends the same bytes. The two take turns.
 */
export const rest: BenchCase = {
  name: 'rest',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true }));
    const log = cleanup.use(await open(join(folder, 'log'), 'w'));
    const start = async <Ready extends object>(script: string, args: string[], stdio: StdioOptions) => {
      const child = fork(join(import.meta.dirname, 'rest', script), args, { execArgv: HOST_FLAGS, stdio });
      const gone = once(child, 'exit');
      cleanup.defer(async () => {
        child.kill();
        await gone;
      });
      return { ...(await said<Ready & { url: string }>(child)), process: child };
    };
    const host = await start<{ cids: string[] }>('host.ts', [folder], ['ignore', 'inherit', log.fd, 'ipc']);
    const bare = await start('bare.ts', [], ['ignore', 'inherit', 'inherit', 'ipc']);
    const paths = host.cids.map((cid) => `/api/get-records/cid/${cid}`);
    for (const path of paths) bare.process.send([path, await bodyOf(host.url + path)]);
    return await measure(host, bare, paths);
  },
};

async function measure(host: Server, bare: Server, paths: string[]): Promise<Measurement[]> {
  const [ours, floor]: [Load[], Load[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    floor.push(await load(bare.url, paths));
    ours.push(await load(host.url, paths));
  }
  const medianOf = (loads: Load[], key: 'rps' | 'p99Ms') => median(loads.map((each) => each[key]));
  return [
    {
      metric: 'getRecords.rps',
      value: medianOf(ours, 'rps'),
      unit: '1/s',
      floor: medianOf(floor, 'rps'),
      higherIsBetter: true,
      goal: null,
      goalRatio: 0.7,
    },
    {
      metric: 'getRecords.p99Ms',
      value: medianOf(ours, 'p99Ms'),
      unit: 'ms',
      floor: medianOf(floor, 'p99Ms'),
      higherIsBetter: false,
      goal: null,
    },
  ];
}

async function load(url: string, paths: string[]): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'rest', 'load.ts'), [url, String(SECONDS)], { execArgv: [] });
  child.send(paths);
  const result = await said<Load>(child);
  if (result.failed > 0) throw new Error(`${result.failed} requests of ${url} failed`);
  return result;
}

/** The first message of a child. */
async function said<Message>(child: ChildProcess): Promise<Message> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code} before it said anything`);
  });
  const message = once(child, 'message').then(([first]) => first as Message);
  return await Promise.race([message, ended]);
}

async function bodyOf(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status}`);
  return await answer.text();
}

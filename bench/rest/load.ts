import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Requests, Told } from './requests.ts';

export interface Load {
  rps: number;
  p99Ms: number;
}

const CONNECTIONS = 100;
const CLIENTS = 2;

/** What makes the load. It must be faster than any server under it. */
export const GENERATOR = wrkVersion() ?? `${CLIENTS} threads of node:net`;

/** @throws when a request fails or is not answered 200: nothing is measured then. */
export async function load(url: string, requests: Requests, seconds: number): Promise<Load> {
  const { answered, sec, p99Ms, failed } = await (wrkVersion() ? byWrk : byThreads)(url, requests, seconds);
  if (failed > 0 || answered === 0)
    throw new Error(`${failed} requests of ${url} failed, ${answered} did not`);
  return { rps: answered / sec, p99Ms };
}

interface Outcome {
  answered: number;
  sec: number;
  p99Ms: number;
  failed: number;
}

async function byWrk(url: string, requests: Requests, seconds: number): Promise<Outcome> {
  const { method, paths, body = '', countsFrom = 0 } = requests;
  const folder = await mkdtemp(join(tmpdir(), 'stream-host-load-'));
  try {
    const list = join(folder, 'paths');
    await writeFile(list, paths.join('\n'));
    const script = join(import.meta.dirname, 'wrk.lua');
    const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, url];
    const ofScript = [method, list, String(countsFrom), body];
    const { stdout } = await promisify(execFile)('wrk', [...args, '--', ...ofScript]);
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function byThreads(url: string, requests: Requests, seconds: number): Promise<Outcome> {
  const clients = Array.from({ length: CLIENTS }, (_, nth) => {
    const share = { nth, of: CLIENTS, connections: CONNECTIONS / CLIENTS };
    return new Worker(new URL('client.ts', import.meta.url), {
      workerData: { url, requests, seconds, share },
    });
  });
  const messages = await Promise.all(clients.map((client) => once(client, 'message')));
  const told: Told[] = messages.flat();
  const latency = createHistogram();
  for (const { histogram } of told) latency.add(histogram);
  const sum = (name: 'answered' | 'failed') => told.reduce((all, each) => all + each[name], 0);
  const p99Ms = latency.percentile(99) / 1e6;
  return { answered: sum('answered'), failed: sum('failed'), sec: seconds, p99Ms };
}

function wrkVersion(): string | undefined {
  try {
    // It knows no other way to tell than its usage, with status 1.
    execFileSync('wrk', ['--version'], { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout } = error as { stdout?: Buffer };
    return /^wrk \S+/.exec(String(stdout ?? ''))?.[0];
  }
  return undefined;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Blank counts as unset, and a `.env` of the person who runs the tests does not override it. */
export const UNSET = Object.fromEntries(
  [...readFileSync(join(ROOT, '.env.sample'), 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => [key, '']),
);
const START_DEADLINE_MS = 60_000;

/** A real host in a process of its own, on free ports, as `npm start` runs it. */
export interface HostProcess {
  url: string;
  /** Of the embedded chain, or of the one that the host was told to follow. */
  rpcUrl: string;
  dataDir: string;
  pid: number;
  /** All it printed so far. */
  output(): string;
  /** Sends the signal and waits for the end; gives the exit code or the signal's name. */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** Resolves when the process is gone by itself (crash points). */
  gone: Promise<number | string>;
}

export async function dataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'stream-host-'));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export interface HostOptions {
  dataDir: string;
  env?: Record<string, string>;
}

const HOST = [process.execPath, 'indexer/main.ts'];
/** The same command on a terminal, which prints all that it writes. */
export const ON_TERMINAL = ['script', '-qec', HOST.join(' '), '/dev/null'];

/** Starts a host and waits until it says that it is ready. Rejects with its output when it ends before. */
export async function startHost({ dataDir, env = {} }: HostOptions, words = HOST): Promise<HostProcess> {
  const { child, output, gone } = spawnHost({ dataDir, env }, words);
  const ready = await firstOf(child, gone, output, env.ETH_RPC_URL);
  return {
    url: ready.url,
    rpcUrl: ready.rpcUrl,
    dataDir,
    pid: child.pid ?? 0,
    output,
    gone,
    end: (signal) => {
      child.kill(signal);
      return gone;
    },
  };
}

/** Spawns a host and waits for nothing: for starts that are meant to fail. */
export function spawnHost({ dataDir, env = {} }: HostOptions, [command = '', ...args] = HOST) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...UNSET, PORT: '0', DEVNET_PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const gone = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  return { child, output: () => text, gone };
}

/** @param followed the chain's address, where it is not the embedded one, which the host prints. */
async function firstOf(
  child: ChildProcess,
  gone: Promise<number | string>,
  output: () => string,
  followed?: string,
) {
  const { promise, resolve, reject } = Promise.withResolvers<{ url: string; rpcUrl: string }>();
  const look = () => {
    const url = /^Ready: (http:\S+?)\r?$/m.exec(output())?.[1];
    const rpcUrl = followed ?? /(http:\/\/127\.0\.0\.1:\d+) .*ETH_RPC_URL/.exec(output())?.[1];
    if (url && rpcUrl) resolve({ url, rpcUrl });
  };
  child.stdout?.on('data', look);
  const late = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error(`the host was not ready after ${START_DEADLINE_MS} ms:\n${output()}`));
  }, START_DEADLINE_MS);
  void gone.then((how) => reject(new Error(`the host ended (${how}) before it was ready:\n${output()}`)));
  return promise.finally(() => clearTimeout(late));
}

/** GET, which must answer 200. */
export async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Asks again until `done`, or gives the last answer at the deadline. */
export async function eventually<T>(
  ms: number,
  ask: () => Promise<T>,
  done: (answer: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + ms;
  let answer = await ask();
  while (!done(answer) && performance.now() < deadline) answer = await ask();
  return answer;
}

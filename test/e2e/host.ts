import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '../../indexer/compose/create-host.ts';
import { printable } from '../../indexer/compose/start-errors.ts';
import { type Config, readConfig } from '../../indexer/config/config.ts';
import { type Child, node, ROOT, said, startChild } from '../child.ts';

import { silent } from '../indexer/sync/world.ts';

export { ROOT } from '../child.ts';
export { eventually } from '../until.ts';

/** Blank counts as unset, and a `.env` of the person who runs the tests does not override it. */
export const UNSET = Object.fromEntries(
  [...readFileSync(join(ROOT, '.env.sample'), 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => [key, '']),
);

/** A real host in a process of its own, on free ports, as `npm start` runs it. */
export interface HostProcess extends Omit<Child, 'process'> {
  url: string;
  /** Of the embedded chain, or of the one that the host was told to follow. */
  rpcUrl: string;
  dataDir: string;
  pid: number;
  /** Sends the signal and waits for the end; gives the exit code or the signal's name. */
  end(signal: NodeJS.Signals): Promise<number | string>;
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

const HOST = node('indexer/main.ts');
/** The same command on a terminal, which prints all that it writes. */
export const ON_TERMINAL = ['script', '-qec', HOST.join(' '), '/dev/null'];

/** Starts a host and waits until it says that it is ready. Rejects with its output when it ends before. */
export async function startHost(options: HostOptions, words = HOST): Promise<HostProcess> {
  const host = spawnHost(options, words);
  const { process, output, gone } = host;
  const ready = await said(host, (text) => {
    // It listens there, and `localhost` may be another address as well.
    const url = /^Ready: (http:\S+?)\r?$/m.exec(text)?.[1]?.replace('//localhost:', '//127.0.0.1:');
    // The embedded chain's address is printed; another one was named.
    const rpcUrl = options.env?.ETH_RPC_URL ?? /(http:\/\/127\.0\.0\.1:\d+) .*ETH_RPC_URL/.exec(text)?.[1];
    return url !== undefined && rpcUrl !== undefined && { url, rpcUrl };
  });
  return {
    ...ready,
    dataDir: options.dataDir,
    pid: process.pid ?? 0,
    output,
    gone,
    end: (signal) => {
      process.kill(signal);
      return gone;
    },
  };
}

/** The host of all tests of the `describe` around it: started on a folder of its own before them, gone after them. */
export function useHost(): HostProcess {
  let dataDir = '';
  let host: HostProcess | undefined;
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
  });
  after(async () => {
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });
  return new Proxy({} as HostProcess, { get: (_, name) => host && Reflect.get(host, name) });
}

/** Spawns a host and waits for nothing: for starts that are meant to fail. The same with ffmpeg on the machine and without. */
export function spawnHost(options: HostOptions, words = HOST): Child {
  return startChild(words, settingsOf(options));
}

function settingsOf({ dataDir, env = {} }: HostOptions): Record<string, string> {
  return { ...UNSET, FFMPEG: 'off', PORT: '0', DEVNET_PORT: '0', DATA_DIR: dataDir, ...env };
}

/** What a host that does not start says as it ends; within this process, where the test is not about processes. */
export async function refusal(options: HostOptions): Promise<string> {
  let config: Config | undefined;
  try {
    config = readConfig({ ...process.env, ...settingsOf(options) });
    const host = await createHost(config, { log: silent });
    await host[Symbol.asyncDispose]();
  } catch (error) {
    const said = printable(error, config);
    if (typeof said === 'string') return said;
    throw error;
  }
  throw new Error('The host has started.');
}

/** GET, which must answer 200. */
export async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

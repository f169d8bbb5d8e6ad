import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** As `npm start` runs the host. */
const HOST_FLAGS = ['--max-semi-space-size=4'];
const MAIN = join(import.meta.dirname, '..', '..', 'indexer', 'main.ts');

export interface Server {
  url: string;
  process: ChildProcess;
}

/** The servers of one run, each in a process of its own; what they log lands in a file that goes with them. */
export async function openServers() {
  const parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const log = parts.use(await open(join(folder, 'log'), 'w'));

  function spawn(script: string, args: string[], env: Record<string, string>): ChildProcess {
    const stdio = ['ignore', 'pipe', log.fd, 'ipc'] as const;
    const child = fork(script, args, {
      execArgv: HOST_FLAGS,
      stdio: [...stdio],
      env: { ...process.env, ...env },
    });
    const gone = once(child, 'exit');
    parts.defer(async () => {
      child.kill();
      await gone;
    });
    return child;
  }

  /** A script beside this one, which says where it is reached. */
  async function start<Ready extends object>(script: string, ...args: string[]): Promise<Ready & Server> {
    const child = spawn(join(import.meta.dirname, script), [folder, ...args], {});
    child.stdout?.resume();
    return { ...(await said<Ready & { url: string }>(child)), process: child };
  }

  /** The host as it is, on its development chain. */
  async function startMain(): Promise<Server> {
    const env = {
      PORT: '0',
      DEVNET_PORT: '0',
      DATA_DIR: join(folder, 'main'),
      ETH_RPC_URL: '',
      REDIS_URL: '',
    };
    const child = spawn(MAIN, [], env);
    if (!child.stdout) throw new Error('the host has no output');
    for await (const line of createInterface(child.stdout)) {
      const url = /^Ready: (\S+)$/.exec(line)?.[1];
      if (url !== undefined) return { url, process: child };
    }
    throw new Error('the host ended before it was ready');
  }

  return { start, startMain, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** The first message of a child. */
async function said<Message>(child: ChildProcess): Promise<Message> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code} before it said anything`);
  });
  const message = once(child, 'message').then(([first]) => first as Message);
  return await Promise.race([message, ended]);
}

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, HOST_FLAGS, said, startMain } from '../children.ts';

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

  /** A script beside this one, which says where it is reached. */
  async function start<Ready extends object>(script: string, ...args: string[]): Promise<Ready & Server> {
    const process = fork(join(import.meta.dirname, script), [folder, ...args], {
      execArgv: HOST_FLAGS,
      stdio: ['ignore', 'ignore', log.fd, 'ipc'],
    });
    parts.defer(() => ended(process));
    return { ...(await said<Ready & { url: string }>(process)), process };
  }

  async function startHost(): Promise<Server> {
    const host = await startMain(join(folder, 'main'), log.fd);
    parts.defer(() => ended(host.process));
    return host;
  }

  return { start, startHost, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

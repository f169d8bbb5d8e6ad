import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UNSET } from '../test/e2e/host.ts';

/** As `npm start` runs the host. */
export const HOST_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=50', '--expose-gc'];
const MAIN = join(import.meta.dirname, '..', 'indexer', 'main.ts');

/** The host as it is, on its development chain. @param log where its log goes */
export async function startMain(dataDir: string, log: number | 'inherit', env: Record<string, string> = {}) {
  const own = { ...UNSET, DATA_DIR: dataDir, PORT: '0', DEVNET_PORT: '0' };
  const child = spawn(process.execPath, [...HOST_FLAGS, MAIN], {
    env: { ...process.env, ...own, ...env },
    stdio: ['ignore', 'pipe', log, 'ipc'],
  });
  if (!child.stdout) throw new Error('the host has no output');
  for await (const line of createInterface(child.stdout)) {
    const url = /^Ready: (\S+)$/.exec(line)?.[1]?.replace('//localhost:', '//127.0.0.1:');
    if (url !== undefined) return { url, process: child };
  }
  throw new Error('the host ended before it was ready');
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

/** The next message of a child. */
export async function said<Message>(child: ChildProcess): Promise<Message> {
  const ending = new AbortController();
  const { signal } = ending;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code} before it said anything`);
  });
  const message = once(child, 'message', { signal }).then(([first]) => first as Message);
  try {
    return await Promise.race([message, gone]);
  } finally {
    ending.abort();
    gone.catch(() => undefined);
  }
}

/** The most memory that a process ever held, as Linux counts it. */
export async function peakRssMb(pid: number | 'self' = 'self'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kib) * 1024) / 1e6;
}

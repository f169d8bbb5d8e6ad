import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../lib/durable-file.ts';
import { isRunning } from '../media/running.ts';

const schema = z.object({
  /** Where this machine reaches it. */
  url: z.string(),
  /** Where people reach it. */
  publicUrl: z.string(),
  pid: z.int().positive(),
  /** New at each start; it opens the operator's calls, for as long as the host runs. */
  secret: z.string().min(1),
});

/** How the operator's own scripts find the host that runs on a DATA_DIR, and prove that they may read that folder. */
export type RunningHost = z.infer<typeof schema>;

export function hostFile(dataDir: string): string {
  return join(dataDir, 'host.json');
}

/** @returns what takes it back: at the end of the host. */
export async function announceHost(dataDir: string, host: RunningHost): Promise<() => Promise<void>> {
  const path = hostFile(dataDir);
  await replaceFile(path, `${JSON.stringify({ ...host, url: reachable(host.url) })}\n`, { mode: 0o600 });
  return async () => {
    // Another host may have been started on this folder meanwhile.
    if ((await readHost(path))?.secret === host.secret) await rm(path, { force: true });
  };
}

/** The host that runs on the folder; `null` where none does, also where one was killed and has left its file. */
export async function runningHost(dataDir: string): Promise<RunningHost | null> {
  const host = await readHost(hostFile(dataDir));
  return host && isRunning(host.pid) ? host : null;
}

async function readHost(path: string): Promise<RunningHost | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A host that listens on all addresses is called by that of this machine. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { ended, HOST_FLAGS, said } from '../children.ts';

/** A server of this folder in a process of its own, which ends with what holds it. */
export async function startBare(script: 'bare-upload.ts' | 'bare-read.ts', ...args: string[]) {
  const child: ChildProcess = fork(join(import.meta.dirname, script), args, {
    execArgv: HOST_FLAGS,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = await said<{ url: string }>(child);
  return { url, process: child, [Symbol.asyncDispose]: () => ended(child) };
}

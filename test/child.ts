import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A process that a test has started. */
export interface Child {
  process: ChildProcess;
  /** All it printed so far, on both streams. */
  output(): string;
  /** Its exit status, or the signal that ended it. */
  gone: Promise<number | string>;
}

/** A process that has ended. */
export interface Ended {
  /** Exit status, or the signal that ended it. */
  how: number | string;
  stdout: string;
  stderr: string;
}

type Env = Record<string, string | undefined>;
const DEADLINE_MS = 60_000;

/** @param words the command and its arguments; it runs in the project's folder, and `env` is added to ours. */
export function startChild(words: readonly string[], env: Env = {}, { cwd = ROOT } = {}) {
  const [command = '', ...args] = words;
  const options = { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] } as const;
  const child = spawn(command, args, { ...options, stdio: [...options.stdio] });
  const printed = { both: '', stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk;
      printed.both += chunk;
    });
  }
  const gone = once(child, 'close').then(([code, signal]): number | string => signal ?? code);
  gone.catch(() => undefined); // whoever waits for it hears of it
  return { process: child, printed, output: () => printed.both, gone } satisfies Child & { printed: object };
}

/** A file of ours, run by the Node that runs the tests. */
export function node(file: string, ...args: (string | number)[]): string[] {
  return [process.execPath, file, ...args.map(String)];
}

/** Runs a command to its end. */
export async function runChild(
  words: readonly string[],
  env?: Env,
  options?: { cwd?: string },
): Promise<Ended> {
  const { gone, printed } = startChild(words, env, options);
  const how = await gone;
  return { how, stdout: printed.stdout, stderr: printed.stderr };
}

/**
 * What `found` makes of the output, once it makes something of it. Rejects with the output when the process ends before,
 * or is not that far at the deadline, where it is ended.
 */
export async function said<T>(
  child: Child,
  found: (output: string) => T | null | undefined | false,
  timeoutMs = DEADLINE_MS,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const look = () => {
    const it = found(child.output());
    if (it) resolve(it);
  };
  for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', look);
  look();
  const late = setTimeout(() => {
    child.process.kill('SIGKILL');
    reject(new Error(`not ready after ${timeoutMs} ms:\n${child.output()}`));
  }, timeoutMs);
  child.gone.then(
    (how) => reject(new Error(`ended (${how}) before it was ready:\n${child.output()}`)),
    reject,
  );
  return await promise.finally(() => clearTimeout(late));
}

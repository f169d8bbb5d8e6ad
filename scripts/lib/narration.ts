import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { CliError } from './cli.ts';

let steps = 0;

/** The head line of the next step. */
export function step(what: string): void {
  steps += 1;
  process.stdout.write(`\n${steps}. ${what}\n`);
}

export function say(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${`   ${line}`.trimEnd()}\n`);
}

/** @throws {CliError} when what happened is not what should have. */
export function expectSame<T>(what: string, actual: T, wanted: T): void {
  if (isDeepStrictEqual(actual, wanted)) return;
  throw new CliError(`Wrong: ${what} should be ${String(wanted)} and is ${String(actual)}.`);
}

/**
 * Runs another script of this folder as a person would, showing what it prints.
 * @throws {CliError} when it fails
 */
export async function runShown(script: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [[code], said] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  say(...said.trimEnd().split('\n'));
  if (code !== 0) throw new CliError(`${script} failed.`);
}

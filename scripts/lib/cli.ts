import type { WriteStream } from 'node:tty';
import { type ParseArgsOptionDescriptor, type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type CallExceptionError, getAddress, isAddress, isError } from 'ethers';
import { loadEnvFile } from '../../indexer/config/env-file.ts';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { BaseError, messageOf } from '../../indexer/lib/errors.ts';
import { RpcError } from '../../indexer/rpc/errors.ts';

export const EXAMPLE_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** Something a person can put right: shown as one line, without a stack. */
export class CliError extends BaseError {}

export type Out = Pick<WriteStream, 'write' | 'isTTY'>;

/** What a script is called with, and where its lines go. */
export interface Call {
  argv: string[];
  env: NodeJS.ProcessEnv;
  out: Out;
  print(...lines: string[]): void;
}

export function callOf(argv: string[], env: NodeJS.ProcessEnv, out: Out): Call {
  return { argv, env, out, print: (...lines) => void out.write(`${lines.join('\n')}\n`) };
}

/** Runs a script: `.env` is read first; `--help` prints the usage; an error becomes one line and exit status 1. */
export async function runScript(usage: string, main: (call: Call) => Promise<void>): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) return print(usage);
  try {
    loadEnvFile('.env');
    await main(callOf(argv, process.env, process.stdout));
  } catch (error) {
    process.stderr.write(`${oneLine(error)}\n`);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    process.exitCode = 1;
  }
}

/** An option with a text. */
interface TextKind<T> {
  type: 'string';
  /** `null`: nothing can be made of it. */
  read(given: string): T | null;
  /** What such a text is. */
  refusal: string;
}
type Kinds = Readonly<Record<string, TextKind<unknown> | (ParseArgsOptionDescriptor & { type: 'boolean' })>>;
type Options<K extends Kinds> = {
  [Name in keyof K]: K[Name] extends TextKind<infer T> ? T | null : boolean;
};

export const flag = { type: 'boolean', default: false } as const;
export const text = kind('', (given) => given);
export const addressOrNull = (given: string) => (isAddress(given) ? getAddress(given) : null);
export const address = kind(`not an address such as ${EXAMPLE_ADDRESS}`, addressOrNull);

export function kind<T>(refusal: string, read: (given: string) => T | null): TextKind<T> {
  return { type: 'string', refusal, read };
}

/**
 * The options of a call by their kinds, strictly; `null` where one is not given.
 * @throws {CliError} one line that names the option at fault.
 */
export function readOptions<K extends Kinds>(argv: string[], kinds: K, allowPositionals = false) {
  const { values, positionals } = parsed(argv, kinds, allowPositionals);
  const read = Object.entries(kinds).map(([name, one]) => {
    const given = values[name];
    if (typeof given !== 'string' || one.type === 'boolean') return [name, given ?? null];
    const value = one.read(given);
    if (value === null) throw new CliError(`--${name}: "${given}" is ${one.refusal}.`);
    return [name, value];
  });
  return { options: Object.fromEntries(read) as Options<K>, positionals };
}

function parsed(args: string[], options: ParseArgsOptionsConfig, allowPositionals: boolean) {
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What went wrong, for a person. */
export function oneLine(error: unknown): string {
  if (isError(error, 'INSUFFICIENT_FUNDS'))
    return 'The key cannot pay for this transaction: send it some coin.';
  if (isError(error, 'CALL_EXCEPTION')) return `The contract refuses: ${revertText(error)}`;
  if (isError(error, 'BAD_DATA')) return 'There is no such contract on this chain: is the address right?';
  if (isUnreachable(error)) return 'The RPC endpoint does not answer any more. Running this again is safe.';
  return messageOf(error);
}

/** The contract's own error with its arguments, such as `RecipientRejected(0x…)`. */
function revertText({ data, shortMessage }: CallExceptionError): string {
  const refusal = data ? hostInterface.parseError(data) : null;
  return refusal ? `${refusal.name}(${refusal.args.join(', ')})` : shortMessage;
}

/** The node at the other end is not there, as ethers and Node say it. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof RpcError) return error.fault === 'unreachable' && error.answer === null;
  const { code } = error as { code?: unknown };
  return ['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'ETIMEDOUT', 'NETWORK_ERROR', 'TIMEOUT'].includes(
    String(code),
  );
}

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type CallExceptionError, getAddress, isAddress, isError } from 'ethers';
import { loadEnvFile } from '../../indexer/config/env-file.ts';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { BaseError, messageOf } from '../../indexer/lib/errors.ts';
import { RpcError } from '../../indexer/rpc/errors.ts';

export const EXAMPLE_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** Something a person can put right: shown as one line, without a stack. */
export class CliError extends BaseError {}

/** Runs a script: `.env` is read first; an error becomes one line and exit status 1. */
export async function runScript(main: (argv: string[]) => Promise<void>): Promise<void> {
  try {
    loadEnvFile('.env');
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${oneLine(error)}\n`);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    process.exitCode = 1;
  }
}

/** The options of a call, strictly. @throws {CliError} one line that names the option at fault. */
export function parsedArgs<T extends ParseArgsConfig>(argv: string[], config: T) {
  try {
    return parseArgs({ args: argv, strict: true, ...config });
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

/** @throws {CliError} */
export function addressOption(option: string, text: string): string {
  if (!isAddress(text))
    throw new CliError(`${option}: "${text}" is not an address such as ${EXAMPLE_ADDRESS}.`);
  return getAddress(text);
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

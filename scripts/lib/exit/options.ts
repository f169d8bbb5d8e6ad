import { isHexString } from 'ethers';
import { addressOption, CliError, EXAMPLE_ADDRESS, parsedArgs } from '../cli.ts';
import type { ChannelFilter } from './opened-channels.ts';

export const EXIT_USAGE = `Usage: npm run exit-calldata -- (--viewer ADDRESS | --channel ID | --tx HASH) [--contract ADDRESS]

Prints what a viewer sends to get the deposit of a channel back, without any host: calldata for a wallet, and the same
calls as a block explorer's form takes them. Only the chain is asked. --viewer: all channels of that wallet; --channel:
one of them; --tx: those that a transaction opened, where the endpoint does not search all blocks.`;

export interface ExitOptions extends ChannelFilter {
  contract: string | null;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  viewer: text,
  channel: text,
  tx: text,
  contract: text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns `null` when help was asked for. @throws {CliError} one line that names the option at fault. */
export function exitOptions(argv: string[]): ExitOptions | null {
  const { viewer, channel, tx, contract, help } = parsedArgs(argv, { options: OPTIONS }).values;
  if (help) return null;
  if (viewer === undefined && channel === undefined && tx === undefined) {
    throw new CliError(`Whose channel? Name the wallet, such as --viewer ${EXAMPLE_ADDRESS}.`);
  }
  return {
    viewer: viewer === undefined ? null : addressOption('--viewer', viewer),
    channelId: channel === undefined ? null : hash('--channel', channel),
    txHash: tx === undefined ? null : hash('--tx', tx),
    contract: contract === undefined ? null : addressOption('--contract', contract),
  };
}

function hash(option: string, given: string): string {
  if (!isHexString(given, 32)) throw new CliError(`${option}: "${given}" is not 0x and 64 hex digits.`);
  return given;
}

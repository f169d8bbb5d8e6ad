import { isHexString } from 'ethers';
import { address, CliError, EXAMPLE_ADDRESS, kind, readOptions } from '../cli.ts';
import type { ChannelFilter } from './opened-channels.ts';

export const EXIT_USAGE = `Usage: npm run exit-calldata -- (--viewer ADDRESS | --channel ID | --tx HASH) [--contract ADDRESS]

Prints what a viewer sends to get the deposit of a channel back, without any host: calldata for a wallet, and the same
calls as a block explorer's form takes them. Only the chain is asked. --viewer: all channels of that wallet; --channel:
one of them; --tx: those that a transaction opened, where the endpoint does not search all blocks.`;

export interface ExitOptions extends ChannelFilter {
  contract: string | null;
}

const hash = kind('not 0x and 64 hex digits', (text) => (isHexString(text, 32) ? text : null));
const OPTIONS = { viewer: address, channel: hash, tx: hash, contract: address };

/** @throws {CliError} one line that names the option at fault. */
export function exitOptions(argv: string[]): ExitOptions {
  const { viewer, channel: channelId, tx: txHash, contract } = readOptions(argv, OPTIONS).options;
  if (viewer === null && channelId === null && txHash === null) {
    throw new CliError(`Whose channel? Name the wallet, such as --viewer ${EXAMPLE_ADDRESS}.`);
  }
  return { viewer, channelId, txHash, contract };
}

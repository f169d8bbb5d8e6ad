import { parseArgs } from 'node:util';
import { getAddress, isAddress } from 'ethers';
import { messageOf } from '../../indexer/lib/errors.ts';
import { CliError } from './cli.ts';

export const WITHDRAW_USAGE = `Usage: npm run withdraw -- --wallet ADDRESS [--token ADDRESS] [--to ADDRESS] [--contract ADDRESS] [--key-env NAME]

Pays out what a creator or provider has earned. Without --token every coin, without --contract every deployment.
The wallet's own key is taken from the variable named by --key-env (default PRIVATEKEY); on the development chain the
public test keys are known. Without the wallet's key the operator pays the gas, and the money goes to the wallet.
--to sends it elsewhere, which only the wallet's own key can do.`;

export interface WithdrawOptions {
  /** Checksummed, as all addresses here. */
  wallet: string;
  token: string | null;
  to: string | null;
  contract: string | null;
  /** `null`: not named, look in PRIVATEKEY. */
  keyEnv: string | null;
}

const EXAMPLE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** @returns `null` when help was asked for. @throws {CliError} one line that names the option at fault. */
export function withdrawOptions(argv: string[]): WithdrawOptions | null {
  const { wallet, token, to, contract, help, ...rest } = parsed(argv);
  if (help) return null;
  if (wallet === undefined)
    throw new CliError(`--wallet is missing: whose earnings? Such as --wallet ${EXAMPLE}.`);
  return {
    wallet: address('--wallet', wallet),
    token: token === undefined ? null : address('--token', token),
    to: to === undefined ? null : address('--to', to),
    contract: contract === undefined ? null : address('--contract', contract),
    keyEnv: rest['key-env'] ?? null,
  };
}

function parsed(argv: string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = {
      wallet: text,
      token: text,
      to: text,
      contract: text,
      'key-env': text,
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: argv, strict: true, options }).values;
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

function address(option: string, text: string): string {
  if (!isAddress(text)) throw new CliError(`${option}: "${text}" is not an address such as ${EXAMPLE}.`);
  return getAddress(text);
}

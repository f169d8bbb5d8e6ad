import { addressOption, CliError, EXAMPLE_ADDRESS, parsedArgs } from './cli.ts';

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

const text = { type: 'string' } as const;
const OPTIONS = {
  wallet: text,
  token: text,
  to: text,
  contract: text,
  'key-env': text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns `null` when help was asked for. @throws {CliError} one line that names the option at fault. */
export function withdrawOptions(argv: string[]): WithdrawOptions | null {
  const { wallet, token, to, contract, help, ...rest } = parsedArgs(argv, { options: OPTIONS }).values;
  if (help) return null;
  if (wallet === undefined)
    throw new CliError(`--wallet is missing: whose earnings? Such as --wallet ${EXAMPLE_ADDRESS}.`);
  return {
    wallet: addressOption('--wallet', wallet),
    token: token === undefined ? null : addressOption('--token', token),
    to: to === undefined ? null : addressOption('--to', to),
    contract: contract === undefined ? null : addressOption('--contract', contract),
    keyEnv: rest['key-env'] ?? null,
  };
}

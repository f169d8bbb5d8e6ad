import { address, CliError, EXAMPLE_ADDRESS, readOptions, text } from '../cli.ts';

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

const OPTIONS = { wallet: address, token: address, to: address, contract: address, 'key-env': text };

/** @throws {CliError} one line that names the option at fault. */
export function withdrawOptions(argv: string[]): WithdrawOptions {
  const { wallet, 'key-env': keyEnv, ...options } = readOptions(argv, OPTIONS).options;
  if (wallet === null)
    throw new CliError(`--wallet is missing: whose earnings? Such as --wallet ${EXAMPLE_ADDRESS}.`);
  return { wallet, keyEnv, ...options };
}

import { flag, readOptions } from '../cli.ts';

export const CLAIM_USAGE = `Usage: npm run claim -- [--all] [--yes]

Claims the vouchers by which viewers have paid for what this host has sold, from the operator's key.
Without --yes it only shows what is due, and what is not. --all claims all that can be claimed now, whatever the gas.
A running host does the same by itself, without --all. Running it again claims nothing twice.`;

export interface ClaimOptions {
  /** Claim; otherwise only show what is due. */
  yes: boolean;
  /** Also what is not due. */
  all: boolean;
}

const OPTIONS = { all: flag, yes: { ...flag, short: 'y' } };

/** @throws {CliError} one line that names the option at fault. */
export function claimOptions(argv: string[]): ClaimOptions {
  const { all, yes } = readOptions(argv, OPTIONS).options;
  return { all, yes };
}

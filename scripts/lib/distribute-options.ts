import { canonicalCid } from '../../indexer/lib/cid.ts';
import type { ReportFilter } from '../../indexer/store/store.ts';
import { CliError, parsedArgs } from './cli.ts';

export const DISTRIBUTE_USAGE = `Usage: npm run distribute-earnings -- [--cid CID] [--start-date YYYY-MM-DD] [--end-date YYYY-MM-DD] [--yes]

Pays creators and providers for reported views that nobody has paid yet, from the operator's key.
Without --yes it only shows the plan. Dates are whole days, UTC, both included. Running it again pays nothing twice.`;

export interface DistributeOptions {
  filter: ReportFilter;
  /** Pay; otherwise only show the plan. */
  yes: boolean;
  help: boolean;
}

const DAY_SEC = 86_400;
const text = { type: 'string' } as const;
const OPTIONS = {
  cid: text,
  'start-date': text,
  'end-date': text,
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws {CliError} one line that names the option at fault. */
export function distributeOptions(argv: string[]): DistributeOptions {
  const { values } = parsedArgs(argv, { options: OPTIONS });
  const { cid, yes = false, help = false } = values;
  const fromSec = startOfDay('--start-date', values['start-date']);
  const lastDay = startOfDay('--end-date', values['end-date']);
  if (fromSec !== undefined && lastDay !== undefined && lastDay < fromSec) {
    throw new CliError('--end-date lies before --start-date.');
  }
  const cidKey = cid === undefined ? undefined : canonicalCid(cid);
  if (cidKey === null)
    throw new CliError(`--cid: "${cid}" is neither an IPFS CID nor an EthStorage address.`);
  return {
    filter: {
      ...(cidKey !== undefined && { cidKey }),
      ...(fromSec !== undefined && { fromSec }),
      ...(lastDay !== undefined && { toSec: lastDay + DAY_SEC }),
    },
    yes,
    help,
  };
}

function startOfDay(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(text)) {
    throw new CliError(`${option}: "${text}" is not a date such as 2026-11-24.`);
  }
  return atMs / 1000;
}

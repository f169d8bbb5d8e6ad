import { canonicalCid } from '../../../indexer/lib/cid.ts';
import type { ReportFilter } from '../../../indexer/store/book.ts';
import { CliError, flag, kind, readOptions } from '../cli.ts';

export const DISTRIBUTE_USAGE = `Usage: npm run distribute-earnings -- [--cid CID] [--start-date YYYY-MM-DD] [--end-date YYYY-MM-DD] [--yes]

Pays creators and providers for reported views that nobody has paid yet, from the operator's key.
Without --yes it only shows the plan. Dates are whole days, UTC, both included. Running it again pays nothing twice.`;

export interface DistributeOptions {
  filter: ReportFilter;
  /** Pay; otherwise only show the plan. */
  yes: boolean;
}

const DAY_SEC = 86_400;
const day = kind('not a date such as 2026-11-24', startOfDay);
const OPTIONS = {
  cid: kind('neither an IPFS CID nor an EthStorage address', canonicalCid),
  'start-date': day,
  'end-date': day,
  yes: { ...flag, short: 'y' },
};

/** @throws {CliError} one line that names the option at fault. */
export function distributeOptions(argv: string[]): DistributeOptions {
  const { cid, 'start-date': fromSec, 'end-date': lastDay, yes } = readOptions(argv, OPTIONS).options;
  if (fromSec !== null && lastDay !== null && lastDay < fromSec) {
    throw new CliError('--end-date lies before --start-date.');
  }
  const filter = {
    ...(cid !== null && { cidKey: cid }),
    ...(fromSec !== null && { fromSec }),
    ...(lastDay !== null && { toSec: lastDay + DAY_SEC }),
  };
  return { filter, yes };
}

function startOfDay(text: string): number | null {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(text)) return null;
  return atMs / 1000;
}

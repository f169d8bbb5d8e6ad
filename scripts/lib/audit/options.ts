import { CliError, kind, readOptions } from '../cli.ts';

export const AUDIT_USAGE = `Usage: npm run audit [-- --from BLOCK --to BLOCK --trusted HASH]

Proves the records of DATA_DIR against nothing but the hash of one block: from there down each header has to make the hash that the
block above names as its parent, a bloom without the contracts excludes their events, and other blocks' receipts have to make the
root that the header holds. What is proven is compared with the records; whole records are also made anew from it, and compared row by row.
--trusted  the hash of a block at or above --to that you trust, from wherever you trust. Without it, that of block --to as all
           endpoints of ETH_RPC_URL say it.
--from     the first block; by default that in which the first contract was deployed.
--to       the last block; by default the last that the records hold.
Writes nothing to DATA_DIR. The exit status is 1 where anything differs or is not proven.`;

export interface AuditOptions {
  from: number | null;
  to: number | null;
  /** Lower case. */
  trusted: string | null;
}

const block = kind('no number of a block', (given) => (/^\d{1,15}$/.test(given) ? Number(given) : null));
const hash = kind('no hash: 32 bytes in hex, after 0x', (given) =>
  /^0x[0-9a-f]{64}$/i.test(given) ? given.toLowerCase() : null,
);
const OPTIONS = { from: block, to: block, trusted: hash };

/** @throws {CliError} one line that names the option at fault. */
export function auditOptions(argv: string[]): AuditOptions {
  const { options } = readOptions(argv, OPTIONS);
  const { from, to } = options;
  if (from !== null && to !== null && from > to)
    throw new CliError(`--from: block ${from} is above block ${to} of --to.`);
  return options;
}

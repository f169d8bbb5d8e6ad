import { ZeroAddress } from 'ethers';
import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { address, addressOrNull, CliError, kind, readOptions, text } from '../cli.ts';

export const GRANT_USAGE = `Usage: npm run grant -- CID PROVIDER [--days N] [--to URL] [--token ADDRESS] [--out FILE]

Grants a provider the keys of a protected video that the wallet of PRIVATEKEY has published: signs it, brings it to the host that
has the video's secret, and prints it, to pass on. A grant can't be taken back: grant as you would lend the master tape.
A provider that sells off the books, or loses or under-claims vouchers, costs you too.
--days: how long it is good (365). --to: that host; by default the one of this DATA_DIR. --token: the coin in which the video is
listed; by default the native one. --out: a file for the grant, which the provider names by npm run provide -- CID --grant FILE.`;

export interface GrantOptions {
  /** As it is listed. */
  cid: string;
  provider: string;
  days: number;
  to: URL | null;
  token: string;
  out: string | null;
}

const url = kind('not a URL such as https://host.example.org', (given) => {
  const at = URL.parse(given);
  return at !== null && /^https?:$/.test(at.protocol) ? at : null;
});
const days = kind('not a whole number of days from 1 to 36500', (given) =>
  /^[1-9]\d{0,4}$/.test(given) && Number(given) <= 36_500 ? Number(given) : null,
);

/** @throws {CliError} one line that names what is at fault. */
export function grantOptions(argv: string[]): GrantOptions {
  const { options, positionals } = readOptions(argv, { days, to: url, token: address, out: text }, true);
  const [cid, provider, ...more] = positionals;
  if (cid === undefined || provider === undefined || more.length > 0)
    throw new CliError('Whom, and for what? npm run grant -- CID PROVIDER.');
  if (canonicalCid(cid) === null) throw new CliError(`"${cid}" is no IPFS CID.`);
  const wallet = addressOrNull(provider);
  if (wallet === null) throw new CliError(`"${provider}" is not the address of a provider.`);
  const { days: given, to, token, out } = options;
  return { cid, provider: wallet, days: given ?? 365, to, token: token ?? ZeroAddress, out };
}

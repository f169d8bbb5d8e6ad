import { getAddress, isAddress } from 'ethers';
import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { CliError, parsedArgs } from '../cli.ts';

export const PROVIDE_USAGE = `Usage: npm run provide -- CID (--from URL | --file FILE) [--creator ADDRESS] [--token ADDRESS]
                              [--url PUBLIC_URL] [--max-size BYTES]
       npm run provide -- --stop CID [--creator ADDRESS] [--token ADDRESS]
       npm run provide -- --setup

Fetches a file that somebody has published, checks that it is the CID's, and has the host of this DATA_DIR serve it for
PROVIDER_WALLET; where no host runs, one is started, and stays until Ctrl-C. --from: another host, or the URL of a stream:
what it sells, the wallet of PRIVATEKEY has to have paid there. --creator and --token name one of several listings.
--setup prints the one call that a cold PROVIDER_WALLET makes.`;

export type ProvideOptions =
  | { task: 'help' }
  | { task: 'setup' }
  | ({ task: 'stop' } & Which)
  | ({ task: 'provide'; from: URL | null; file: string | null; maxBytes: number | null } & Which);

export interface Which {
  /** As written by whoever asks. */
  cid: string;
  creator: string | null;
  token: string | null;
  /** Where people reach the host that is started for it. */
  url: URL | null;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  from: text,
  file: text,
  creator: text,
  token: text,
  url: text,
  'max-size': text,
  stop: flag,
  setup: flag,
  help: { ...flag, short: 'h' },
} as const;

/** @throws {CliError} one line that names the option at fault. */
export function provideOptions(argv: string[]): ProvideOptions {
  const { values, positionals } = parsedArgs(argv, { allowPositionals: true, options: OPTIONS });
  if (values.help) return { task: 'help' };
  if (values.setup) return { task: 'setup' };
  const which = {
    cid: cidOf(positionals),
    creator: address('--creator', values.creator),
    token: address('--token', values.token),
    url: url('--url', values.url),
  };
  if (values.stop) return { task: 'stop', ...which };
  const [from, file] = [url('--from', values.from), values.file ?? null];
  if (from !== null && file !== null) throw new CliError('Where is the file? --from or --file, not both.');
  return { task: 'provide', ...which, from, file, maxBytes: bytes('--max-size', values['max-size']) };
}

function cidOf([cid, ...more]: string[]): string {
  if (cid === undefined) throw new CliError('Which file? Name its CID: npm run provide -- CID --from URL.');
  if (more.length > 0) throw new CliError(`One CID at a time: "${more[0]}" is one too many.`);
  if (canonicalCid(cid) === null) throw new CliError(`"${cid}" is no IPFS CID.`);
  return cid;
}

function address(option: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  if (!isAddress(given)) throw new CliError(`${option}: "${given}" is not an address.`);
  return getAddress(given);
}

function url(option: string, given: string | undefined): URL | null {
  if (given === undefined) return null;
  const at = URL.parse(given);
  if (at !== null && /^https?:$/.test(at.protocol)) return at;
  throw new CliError(`${option}: "${given}" is not a URL such as https://host.example.org.`);
}

function bytes(option: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new CliError(`${option}: "${given}" is not a whole number of bytes.`);
}

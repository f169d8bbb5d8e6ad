import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { addressOrNull, CliError, flag, kind, readOptions, text } from '../cli.ts';

export const PROVIDE_USAGE = `Usage: npm run provide -- CID (--from URL | --file FILE | --car FILE) [--creator ADDRESS]
                              [--token ADDRESS] [--url PUBLIC_URL] [--take-over] [--max-size BYTES]
                              [--grant FILE] [--no-wait]
       npm run provide -- --stop CID [--creator ADDRESS] [--token ADDRESS]
       npm run provide -- --setup

Fetches a file that somebody has published, checks that it is the CID's, and has the host of this DATA_DIR serve it for
PROVIDER_WALLET; where no host runs, one is started, and stays until Ctrl-C. --from: another host, or the URL of a stream:
what it sells, the wallet of PRIVATEKEY has to have paid there. --car: an archive of its blocks, as ipfs dag export
makes it; a directory comes by one. The keys of a protected video are asked for at --from, with the permission of its creator:
--grant shows one, as npm run grant writes it; else it is waited for, without --no-wait. --creator and --token name one of several listings. --take-over: the host that is started
moves streams of PROVIDER_WALLET that lead to another address, as npm start -- --take-over does.
--setup prints the one call that a cold PROVIDER_WALLET makes.`;

export type ProvideOptions =
  | { task: 'setup' }
  | ({ task: 'stop' } & Which)
  | ({ task: 'provide'; from: URL | null; file: LocalFile | null; maxBytes: number | null } & Keys & Which);

/** How the keys of a protected video are come by. */
export interface Keys {
  /** File of a grant that is shown. */
  grant: string | null;
  /** Goes on until the creator has granted them. */
  waits: boolean;
}

/** A file on this machine, and the option that names it. */
export interface LocalFile {
  path: string;
  option: 'file' | 'car';
}

export interface Which {
  /** As written by whoever asks. */
  cid: string;
  creator: string | null;
  token: string | null;
  /** Where people reach the host that is started for it. */
  url: URL | null;
  /** It moves streams that lead to another address. */
  takesOver: boolean;
}

const address = kind('not an address', addressOrNull);
const url = kind('not a URL such as https://host.example.org', httpUrl);
const bytes = kind('not a whole number of bytes', (given) =>
  /^\d{1,15}$/.test(given) ? Number(given) : null,
);
const OPTIONS = {
  from: url,
  file: text,
  car: text,
  creator: address,
  token: address,
  url,
  'take-over': flag,
  'max-size': bytes,
  grant: text,
  'no-wait': flag,
  stop: flag,
  setup: flag,
};

/** @throws {CliError} one line that names the option at fault. */
export function provideOptions(argv: string[]): ProvideOptions {
  const { options, positionals } = readOptions(argv, OPTIONS, true);
  const { from, file, car, creator, token, url, 'max-size': maxBytes, stop, setup } = options;
  const takesOver = options['take-over'] ?? false;
  if (setup) return { task: 'setup' };
  const which = { cid: cidOf(positionals), creator, token, url, takesOver };
  if (stop) return { task: 'stop', ...which };
  if ([from, file, car].filter((given) => given !== null).length > 1) {
    throw new CliError('Where is the file? --from, --file or --car: one of them.');
  }
  if (options.grant !== null && from === null)
    throw new CliError('--grant is shown to the host that has the keys: name it by --from URL.');
  const keys = { grant: options.grant, waits: !options['no-wait'] };
  return { task: 'provide', ...which, ...keys, from, file: localFile(file, car), maxBytes };
}

function localFile(file: string | null, car: string | null): LocalFile | null {
  if (car !== null) return { path: car, option: 'car' };
  return file === null ? null : { path: file, option: 'file' };
}

function cidOf([cid, ...more]: string[]): string {
  if (cid === undefined) throw new CliError('Which file? Name its CID: npm run provide -- CID --from URL.');
  if (more.length > 0) throw new CliError(`One CID at a time: "${more[0]}" is one too many.`);
  if (canonicalCid(cid) === null) throw new CliError(`"${cid}" is no IPFS CID.`);
  return cid;
}

function httpUrl(given: string): URL | null {
  const at = URL.parse(given);
  return at !== null && /^https?:$/.test(at.protocol) ? at : null;
}

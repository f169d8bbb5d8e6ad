import { CliError, flag, readOptions } from '../cli.ts';

export const PROBE_USAGE = `Usage: npm run probe -- URL [--pay] [--yes]

Looks at a registered stream as hosts do, and shows what each check has found: whether its blocks, playlists and bytes are what the
CID names, and whether it asks for what the chain says. URL: as it is registered, https://…/play/CID. The records of DATA_DIR say
what the chain says, so a host has to have run there.
--pay also says what a key costs there; with --yes it buys one: the wallet of PRIVATEKEY puts the price of one unit into a channel with that
provider, and the key is compared with the CID. Shows the receipt, and how to file it where the key is wrong.
The exit status is 1 where anything is wrong or the stream is silent.`;

export interface ProbeOptions {
  url: string;
  pay: boolean;
  /** Really pay; otherwise only say what it costs. */
  yes: boolean;
}

const OPTIONS = { pay: flag, yes: { ...flag, short: 'y' } };

/** @throws {CliError} one line that names what is at fault. */
export function probeOptions(argv: string[]): ProbeOptions {
  const { options, positionals } = readOptions(argv, OPTIONS, true);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0)
    throw new CliError('Which stream? Name its URL: npm run probe -- https://host.example/play/CID.');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new CliError(`"${url}" is no http(s) URL.`);
  if (options.yes && !options.pay) throw new CliError('--yes goes with --pay.');
  return { url, ...options };
}

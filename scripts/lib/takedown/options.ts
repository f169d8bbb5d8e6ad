import { readFileSync } from 'node:fs';
import { isBlank, unreadable } from '../../../indexer/http/schemas/fields/text.ts';
import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { messageOf } from '../../../indexer/lib/errors.ts';
import { CliError, flag, kind, readOptions, text } from '../cli.ts';

export const BLOCK_USAGE = `Usage: npm run block -- CID... [--list FILE] [--reason TEXT] [--dry-run]
       npm run block -- --undo CID... [--list FILE]

Takes contents off the host of this DATA_DIR: their media, in every spelling and below every path, is answered 451, the
catalogue leaves them out, they are taken here no more, and this host's streams of them are ended on chain, at its gas:
by the host that runs, else once one is started. Everybody who asks for one is told the reason. What others serve stays,
and so does the listing on chain. --list: a file with a CID a line, and comments after #.
--dry-run changes nothing and says how each stands. --undo ends it; it registers no stream again.`;

export interface BlockOptions {
  /** `look`: change nothing. */
  task: 'block' | 'undo' | 'look';
  /** As written, each once. */
  cids: string[];
  reason: string | null;
}

const reason = kind('not a line of at most 1000 bytes that people can read', (given) =>
  unreadable(given) === null && !isBlank(given) && Buffer.byteLength(given) <= 1_000 ? given : null,
);
const OPTIONS = { list: text, reason, undo: flag, 'dry-run': flag };

/** @throws {CliError} one line that names what is at fault. */
export function blockOptions(argv: string[]): BlockOptions {
  const { options, positionals } = readOptions(argv, OPTIONS, true);
  const { list, reason: why, undo, 'dry-run': isDry } = options;
  if (undo && (isDry || why !== null)) throw new CliError('--undo takes neither --reason nor --dry-run.');
  const named = [...positionals.map((cid) => wanted(cid, '')), ...(list === null ? [] : listed(list))];
  const cids = [...new Map(named.map((cid) => [canonicalCid(cid), cid])).values()];
  if (cids.length === 0) throw new CliError('Which content? Name its CID: npm run block -- CID.');
  return { task: undo ? 'undo' : isDry ? 'look' : 'block', cids, reason: why };
}

function listed(path: string): string[] {
  const lines = contentOf(path).split(/\r?\n/);
  return lines.flatMap((line, at) => {
    const cid = line.replace(/#.*$/, '').trim();
    return cid === '' ? [] : wanted(cid, `--list: line ${at + 1}: `);
  });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`--list: ${messageOf(error)}.`);
  }
}

function wanted(cid: string, where: string): string {
  if (canonicalCid(cid) === null)
    throw new CliError(`${where}"${cid}" is neither an IPFS CID nor an EthStorage address.`);
  return cid;
}

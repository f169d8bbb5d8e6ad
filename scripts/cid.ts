import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../indexer/lib/errors.ts';
import { cidOf } from '../indexer/media/unixfs/importer.ts';

const USAGE = `Usage: npm run cid -- FILE...

Prints the IPFS CID that an upload of each file will have, as \`ipfs add --cid-version=1\` gives it. Offline: nothing is
sent or stored.`;

const PIECE_BYTES = 1 << 20;
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read',
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log(USAGE);
  else if (positionals.length === 0) throw new Error(USAGE);
  for (const file of values.help ? [] : positionals) if (!(await tell(file))) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

/** Prints the line of a file, or why there is none. */
async function tell(file: string): Promise<boolean> {
  const path = resolve(process.env.INIT_CWD ?? '', file); // where the person is; npm goes to the project's root
  try {
    console.log(`${await cidOf(createReadStream(path, { highWaterMark: PIECE_BYTES }))}  ${file}`);
    return true;
  } catch (error) {
    console.error(`${file}: ${reason(error)}`);
    return false;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error && REASONS[String(error.code)]) || error.message;
}

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

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit status: 1 when any file could not be read. */
async function main(argv: string[]): Promise<number> {
  const asked = options(argv);
  if (typeof asked === 'string') {
    console.error(asked);
    return 1;
  }
  if (asked.help) console.log(USAGE);
  let status = 0;
  for (const file of asked.files) if (!(await tell(file))) status = 1;
  return status;
}

/** @returns what is wrong of the call, or what it asks for. */
function options(argv: string[]): string | { files: string[]; help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) return { files: [], help: true };
    return positionals.length > 0 ? { files: positionals, help: false } : USAGE;
  } catch (error) {
    return messageOf(error);
  }
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

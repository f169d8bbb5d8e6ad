import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { pathsOf } from '../config/paths.ts';
import { codesOf, isDiskFull } from '../lib/disk.ts';
import { hasTakenOver } from '../store/sqlite/book/file/take-over.ts';
import { DamagedDatabase } from '../store/sqlite/database.ts';
import { WrongChain } from '../sync/errors.ts';

/** What a person reads: one line for what they can put right, the error with its stack for what is our fault. */
export function printable(error: unknown, config: Config | undefined): unknown {
  const line = config && startProblem(error, config);
  const isExpected = error instanceof Error && error.name !== 'Error' && !(error instanceof TypeError);
  return line ?? (isExpected ? error.message : error);
}

/** One line for the person who starts the host: what is wrong, where, and the way out. Undefined: it is our fault. */
export function startProblem(error: unknown, { dataDir, rpcUrls }: Config): string | undefined {
  const codes = codesOf(error);
  const [code = ''] = codes;
  const { records, book } = pathsOf({ dataDir, deploymentsDir: '' });
  if (isDiskFull(error)) {
    return `The disk of ${dataDir} is full (${code}): free some space, or set DATA_DIR to a folder on another disk.`;
  }
  if (error instanceof DamagedDatabase && error.path === records && !hasTakenOver(book)) {
    return (
      `The records in ${records} are damaged (${codes.join()}): restore them from a copy, or delete ${records}* to have them ` +
      'rebuilt from the chain, without the reports that are not paid yet and the secrets that open protected videos: ' +
      `these stand in no book yet. "sqlite3 ${records} .recover" may save them.`
    );
  }
  if (error instanceof DamagedDatabase && error.path === records) {
    return (
      `The records in ${records} are damaged (${codes.join()}): delete ${records}* to have them rebuilt from the chain ` +
      'and the book.'
    );
  }
  if (error instanceof DamagedDatabase) {
    return (
      `The book in ${error.path} is damaged (${codes.join()}): restore a copy (npm run restore -- FILE). No chain gives back what it holds, ` +
      'such as the secrets that open protected videos.'
    );
  }
  if (codes.some((found) => /^(EROFS|EACCES|EPERM|SQLITE_(READONLY|CANTOPEN).*)$/.test(found))) {
    return `${dataDir} can't be written (${code}): let this user write there, or set DATA_DIR to another folder.`;
  }
  if (error instanceof WrongChain && rpcUrls.length === 0) {
    return (
      `The records in ${records} are of another development chain than the one in ${join(dataDir, 'devnet', 'journal')}, ` +
      `which is new: restore that file, or delete ${records}* to go on with the new chain.`
    );
  }
  return undefined;
}

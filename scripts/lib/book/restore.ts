import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../../indexer/config/config.ts';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { Processes } from '../../../indexer/lib/locks/processes.ts';
import { type BookCopy, inspectBook, putBookBack } from '../../../indexer/store/sqlite/book/file/copies.ts';
import { chainIn, isSameChain } from '../../../indexer/store/sqlite/book/file/of-chain.ts';
import { type Call, CliError } from '../cli.ts';
import { copyText } from './copy-text.ts';
import { fileOptions } from './options.ts';

export const RESTORE_USAGE = `Usage: npm run restore -- FILE [--yes]

Puts a copy that npm run backup has made in the place of DATA_DIR/book.sqlite, once FILE is found whole. Stop the host before.
The present book stays beside it under another name. Without --yes nothing is changed.`;

/** @throws {CliError} */
export async function runRestore({ argv, env, print }: Call): Promise<void> {
  const { file, yes } = fileOptions(argv, 'restore');
  const { book, records, locks, keysSecret } = pathsOf(readConfig(env));
  if (!existsSync(file)) throw new CliError(`There is no ${file}.`);
  const copy = inspectBook(file);
  if (Processes.areAny(join(locks, 'processes'))) {
    throw new CliError('The host runs: stop it first.');
  }
  for (const path of [book, records]) requireSameChain(file, copy, path);
  const aside = `${book.slice(0, -'.sqlite'.length)}.before-${stamp(new Date())}.sqlite`;
  print(`${file} is ${copyText(copy)}.`);
  if (existsSync(book)) print(`The present book stays in ${aside}.`);
  if (!yes) return print('', 'Nothing is changed. To put it back, add --yes.');
  await putBookBack(file, book, aside);
  print(
    `It is ${book} now. Its secrets open with the key of its time (KEYS_SECRET, or ${keysSecret}).`,
    'At the next start the records are read from the chain anew.',
  );
}

/** A host would put the book of another chain aside, and begin with an empty one. @throws {CliError} */
function requireSameChain(file: string, { chain: own }: BookCopy, path: string): void {
  const chain = chainIn(path);
  if (own === null || chain === null || isSameChain(own, chain)) return;
  throw new CliError(
    `${file} is a book of chain ${own.chainId} (genesis ${own.genesisHash}), but ${path} is of chain ${chain.chainId} ` +
      `(genesis ${chain.genesisHash}): name the right DATA_DIR, or move ${path} away.`,
  );
}

/** 20261130T001500Z */
function stamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, '');
}

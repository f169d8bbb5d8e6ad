import { existsSync } from 'node:fs';
import { readConfig } from '../../../indexer/config/config.ts';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { copyBook, inspectBook } from '../../../indexer/store/sqlite/book/file/copies.ts';
import { type Call, CliError } from '../cli.ts';
import { copyText } from './copy-text.ts';
import { fileOptions } from './options.ts';

export const BACKUP_USAGE = `Usage: npm run backup -- FILE

Copies what no chain gives back, DATA_DIR/book.sqlite, to FILE, also while the host runs: secrets of protected videos, vouchers,
reports, uploads that wait, tokens, what the operator's key has sent. Whoever has FILE can sign in as anybody here: keep it as
you keep a key. It does not hold the key that opens the secrets (KEYS_SECRET, or DATA_DIR/keys-secret): keep that apart.
An existing file is not overwritten. npm run restore takes the copy back.`;

/** @throws {CliError} */
export async function runBackup({ argv, env, print }: Call): Promise<void> {
  const { file } = fileOptions(argv, 'backup');
  const config = readConfig(env);
  const { book: path, keysSecret } = pathsOf(config);
  if (!existsSync(path)) throw new CliError(`There is no ${path}: no host has run with DATA_DIR yet.`);
  await copyBook(path, file);
  const copy = inspectBook(file);
  const book = openSqliteBook({ path });
  await book.noteBackup(Math.floor(Date.now() / 1000));
  await book.close();
  const key = config.keysSecret === undefined ? keysSecret : 'KEYS_SECRET';
  print(
    `${file} is ${copyText(copy)}.`,
    `Not in it: ${key}, which opens the secrets. Keep a copy of that apart.`,
  );
}

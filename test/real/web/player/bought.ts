import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { HostProcess } from '../../../e2e/host.ts';

/** The units that a host has sold to a wallet, in the order in which it did, by its own book. */
export function unitsSold({ dataDir }: Pick<HostProcess, 'dataDir'>, wallet: string): number[] {
  const book = new Database(join(dataDir, 'book.sqlite'), { readonly: true, fileMustExist: true });
  try {
    const rows = book.prepare('SELECT unit FROM openings WHERE lower(wallet) = ? ORDER BY slot');
    return (rows.all(wallet.toLowerCase()) as { unit: number }[]).map(({ unit }) => unit);
  } finally {
    book.close();
  }
}

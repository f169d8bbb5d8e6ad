import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DevnetLocked } from '../errors.ts';

const HOLDER_GIVES_UP_MS = 1000;

/**
 * Takes the directory for this process. The lock is the operating system's own (a file lock that SQLite
 * takes), so the kernel frees it however the holder ends, `kill -9` included. Throws DevnetLocked.
 */
export function lockDirectory(directory: string): { release(): void } {
  const database = new Database(join(directory, 'lock'), { timeout: HOLDER_GIVES_UP_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const isHeld = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY');
    throw isHeld ? new DevnetLocked({ directory, cause }) : cause;
  }
  return { release: () => database.close() };
}

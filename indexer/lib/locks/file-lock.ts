import Database from 'better-sqlite3';
import { isCode } from '../errors.ts';

/** What one process has at a time; the system gives it back when that process ends, however it ends. */
export interface FileLock {
  release(): void;
}

/** A file that nobody refers to is closed by the garbage collector. */
const held = new Set<Database.Database>();

/**
 * SQLite's own lock of a file, which holds across containers over one volume, too. The file stays empty.
 * @returns `null` while somebody else has it.
 */
export function lockFile(path: string): FileLock | null {
  const file = new Database(path, { timeout: 0 });
  try {
    file.pragma('journal_mode = MEMORY'); // and so no other file
    file.exec('BEGIN EXCLUSIVE');
    held.add(file);
    return {
      release() {
        held.delete(file);
        file.close();
      },
    };
  } catch (error) {
    file.close();
    if (isCode(error, 'SQLITE_BUSY')) return null;
    throw error;
  }
}

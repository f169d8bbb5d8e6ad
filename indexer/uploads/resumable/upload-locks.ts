import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FileLock, lockFile } from '../../lib/locks/file-lock.ts';

/**
 * One lock for each upload, over all processes that share a folder.
 * @param folder of nothing else.
 * @returns takes one; `null` while somebody else has it
 */
export function openUploadLocks(folder: string): (id: string) => FileLock | null {
  mkdirSync(folder, { recursive: true });
  return (id) => {
    const path = join(folder, id);
    const lock = lockFile(path);
    if (lock === null) return null;
    if (!existsSync(path)) {
      lock.release(); // Who had it has just let go of it: nobody else finds this file.
      return null;
    }
    return {
      release() {
        removeIfPossible(path);
        lock.release();
      },
    };
  };
}

/** Windows keeps what is open: an empty file stays there. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

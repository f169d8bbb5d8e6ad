import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BaseError } from './errors.ts';

/** How the system, and SQLite, say that nothing more fits. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE']);
/** With less than this the next upload or row may not fit. */
const MIN_FREE_BYTES = 4 * 1024 ** 2;
/** Errors wrap each other, but not without end. */
const MAX_CAUSES = 8;

/** Whether an error, or what caused it, is that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  return codesOf(error).some((code) => FULL.has(code));
}

/** The `code` of an error and of each of its causes. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && at instanceof Error; depth += 1) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    at = at.cause;
  }
  return codes;
}

/** The disk on which a host keeps all that it keeps. */
export interface Disk {
  name: string;
  freeBytes(): Promise<number>;
  /** Rejects when there is no room left. */
  ping(): Promise<void>;
  /** Whether so much more fits. @throws {DiskTooSmall} */
  requireRoom(bytes: number): Promise<void>;
  /** An empty file without a name: it goes with whoever has it open, also by a crash. */
  temporaryFile(): Promise<FileHandle>;
}

/** Something larger than what is left. */
export class DiskTooSmall extends BaseError {
  /** As the system says it. */
  readonly code = 'ENOSPC';
  constructor(bytes: number, freeBytes: number) {
    super(`The disk of this host is too small: ${bytes} bytes are to be kept, and ${freeBytes} are free.`);
  }
}

export function createDisk(dataDir: string): Disk {
  async function freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  }

  return {
    name: dataDir,
    freeBytes,
    async requireRoom(bytes) {
      const free = await freeBytes();
      if (free < bytes + MIN_FREE_BYTES) throw new DiskTooSmall(bytes, free);
    },
    async temporaryFile() {
      const path = join(dataDir, `.${randomUUID()}`);
      const file = await open(path, 'wx+', 0o600);
      await rm(path);
      return file;
    },
    async ping() {
      const free = await freeBytes();
      if (free < MIN_FREE_BYTES) throw new Error(`The disk is full: ${free} bytes are left.`);
    },
  };
}

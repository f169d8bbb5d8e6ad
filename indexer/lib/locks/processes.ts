import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FileLock, lockFile } from './file-lock.ts';

/**
 * The processes that share a folder, each under a name that no other ever has. Numbers of processes are used again, and
 * mean nothing in another container.
 */
export class Processes {
  readonly #folder: string;
  readonly #lock: FileLock;
  /** Of this one. */
  readonly name: string;

  private constructor(folder: string, name: string, lock: FileLock) {
    this.#folder = folder;
    this.name = name;
    this.#lock = lock;
  }

  /** @param folder of their locks, and of nothing else. */
  static open(folder: string): Processes {
    mkdirSync(folder, { recursive: true });
    for (;;) {
      const name = randomUUID();
      const path = join(folder, name);
      const lock = lockFile(path);
      if (lock !== null && existsSync(path)) return new Processes(folder, name, lock);
      lock?.release(); // Another process took it for one that had ended.
    }
  }

  /** Whether any process shares the folder now. */
  static areAny(folder: string): boolean {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.some((name) => {
      const lock = lockFile(join(folder, name));
      lock?.release();
      return lock === null;
    });
  }

  isRunning(name: string): boolean {
    const path = join(this.#folder, name);
    if (name === this.name || !existsSync(path)) return name === this.name;
    const lock = lockFile(path);
    if (lock === null) return true;
    rmSync(path, { force: true });
    lock.release();
    return false;
  }

  /** As if this one had ended. */
  close(): void {
    rmSync(join(this.#folder, this.name), { force: true });
    this.#lock.release();
  }
}

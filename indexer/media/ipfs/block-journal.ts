import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAllSync } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';

const NAME = /^(\d+)\.journal$/;

/**
 * Which blocks may be on disk without a file that needs them: noted before they are written or deleted, forgotten
 * when no upload and no removal is under way. One file for each process; those of processes that are gone tell
 * what to clean up. Appends are synchronous: they cost microseconds, and the order is what counts.
 */
export class BlockJournal {
  readonly #file: number;
  #empty = true;

  constructor(folder: string) {
    this.#file = openSync(join(folder, `${process.pid}.journal`), 'a');
  }

  note(paths: Iterable<string>): void {
    const lines = [...paths].map((path) => `${path}\n`).join('');
    writeAllSync(this.#file, Buffer.from(lines));
    this.#empty = false;
  }

  forget(): void {
    if (this.#empty) return;
    ftruncateSync(this.#file, 0);
    this.#empty = true;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Journals that a process which ended (or crashed) left in `folder`. */
export async function leftJournals(folder: string): Promise<LeftJournal[]> {
  const left: LeftJournal[] = [];
  for (const name of await readdir(folder)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (!Number.isInteger(pid) || (pid !== process.pid && isRunning(pid))) continue;
    const file = join(folder, name);
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines.pop(); // empty, or torn by the crash, and then its block was not begun
    left.push({ paths: lines, remove: () => rm(file, { force: true }) });
  }
  return left;
}

export interface LeftJournal {
  paths: string[];
  remove(): Promise<void>;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

import { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../indexer/media/running.ts';

/** A folder of Linux that lies in memory. */
const MEMORY = '/dev/shm';
const PREFIX = 'stream-host-tests-';
/** More than all tests keep at a time. */
const MIN_FREE_BYTES = 4 * 1024 ** 3;

/**
 * Where there is room, all temporary files of this process and its children lie in memory until it ends: each commit of a
 * host waits for the disk, and the tests do thousands. A test that kills a process loses nothing by it, as that loses
 * nothing which the system has.
 */
export function keepScratchInMemory(): void {
  if (!isUsable()) return;
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!isRunning(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < MIN_FREE_BYTES) return;
  const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}

function isUsable(): boolean {
  try {
    accessSync(MEMORY, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

import { readdir, readFile } from 'node:fs/promises';

/** The most memory that any process ever held whose parent this one is, of those that run now. */
export async function peakOfChildrenMb(parent: number | undefined): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const statuses = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')), // one that has ended meanwhile
  );
  const own = statuses.filter((status) => status.includes(`\nPPid:\t${parent}\n`));
  const peaksKib = own.map((status) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
  return (Math.max(0, ...peaksKib) * 1024) / 1e6;
}

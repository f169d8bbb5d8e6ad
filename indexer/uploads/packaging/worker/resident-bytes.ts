import { readFile } from 'node:fs/promises';

/** What a process has in memory; 0 where nobody tells: it has ended, or this is no Linux. */
export async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, residentKb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(residentKb) * 1_024;
}

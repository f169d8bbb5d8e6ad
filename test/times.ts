import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Where the processes that run tests tell how long each file took. */
const TIMES_FILE = 'TEST_TIMES_FILE';
const SHOWN = 10;

/** Begins to time: what is returned tells the slowest files, and what other machines took from this one meanwhile. */
export function timeFiles(): () => string {
  const file = join(tmpdir(), `test-times-${process.pid}`);
  process.env[TIMES_FILE] = file;
  const before = cpuTicks();
  return () => {
    const told = existsSync(file) ? readFileSync(file, 'utf8') : '';
    rmSync(file, { force: true });
    return [...slowest(told), ...stolen(before, cpuTicks())].join('\n');
  };
}

/** In a process that runs tests: a file takes from the end of the one before it, its imports included. */
export function fileClock(startMs = performance.now()) {
  let sinceMs = startMs;
  return (path: string) => {
    const nowMs = performance.now();
    const file = process.env[TIMES_FILE];
    if (file !== undefined) appendFileSync(file, `${Math.round(nowMs - sinceMs)} ${path}\n`);
    sinceMs = nowMs;
  };
}

export function slowest(told: string): string[] {
  const rows = [...told.matchAll(/^(\d+) (.+)$/gm)].map(([, ms, path = '']) => ({ ms: Number(ms), path }));
  const first = rows.sort((a, b) => b.ms - a.ms).slice(0, SHOWN);
  const lines = first.map(
    ({ ms, path }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${relative('.', path)}`,
  );
  return lines.length > 0 ? ['The slowest files:', ...lines] : [];
}

export interface CpuTicks {
  total: number;
  stolen: number;
}

export function stolen(before: CpuTicks | null, after: CpuTicks | null): string[] {
  if (before === null || after === null) return [];
  const share = (after.stolen - before.stolen) / Math.max(1, after.total - before.total);
  return [
    `Other machines took ${(share * 100).toFixed(1)} % of the time of ${availableParallelism()} processors.`,
  ];
}

/** Since boot, as Linux tells; `null` elsewhere. */
function cpuTicks(): CpuTicks | null {
  if (!existsSync('/proc/stat')) return null;
  return readTicks(readFileSync('/proc/stat', 'utf8'));
}

/** The eighth column is what the hypervisor gave to others; the two after it are part of the first two. */
export function readTicks(stat: string): CpuTicks | null {
  const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number).slice(0, 8);
  if (ticks?.length !== 8) return null;
  return { total: ticks.reduce((sum, count) => sum + count), stolen: ticks[7] ?? 0 };
}

/** The progress of an upload. */
export interface Progress {
  bytes: number;
  totalBytes: number;
  /** Of the last seconds; 0 before the first. */
  bytesPerSec: number;
}

const WINDOW_MS = 3_000;

/** Measures the speed over the last seconds, so that it is steady. */
export function createMeter(totalBytes: number): (bytes: number, nowMs: number) => Progress {
  let seen: { bytes: number; atMs: number }[] = [];
  return (bytes, nowMs) => {
    seen = [...seen.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS), { bytes, atMs: nowMs }];
    const [first] = seen;
    const elapsedMs = first ? nowMs - first.atMs : 0;
    const bytesPerSec = first && elapsedMs > 0 ? ((bytes - first.bytes) * 1000) / elapsedMs : 0;
    // The form around the file counts too.
    return { bytes: Math.min(bytes, totalBytes), totalBytes, bytesPerSec };
  };
}

/** Whole seconds until the end, at this speed; `undefined` while there is none. */
export function remainingSec({ bytes, totalBytes, bytesPerSec }: Progress): number | undefined {
  return bytesPerSec > 0 ? Math.ceil((totalBytes - bytes) / bytesPerSec) : undefined;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 407512 → `408 kB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 && power > 0 ? 1 : 0)} ${UNITS[power]}`;
}

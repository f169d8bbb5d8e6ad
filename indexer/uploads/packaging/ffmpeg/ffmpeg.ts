import { PROBE } from './arguments.ts';
import { FfmpegFailed } from './errors.ts';
import { type ProcessLimits, runLimited } from './limited-process.ts';

/** The operator's `ffmpeg`, which reads strangers' files within limits of memory, time and disk. */
export interface Ffmpeg {
  /** @throws {FfmpegFailed}, {RetryableError} where no process starts, the signal's reason */
  run(args: readonly string[], options: RunOptions): Promise<void>;
}

export interface RunOptions extends Pick<ProcessLimits, 'maxFileBytes' | 'maxMs'> {
  /** Where it works. */
  folder: string;
  signal?: AbortSignal | undefined;
  /** How much of the video is done, where the arguments have it tell. */
  onProgress?: (doneSec: number) => void;
}

const LIMITS = { memoryMb: 1_536, patienceMs: 60_000 };
const PROBE_MS = 20_000;

/**
 * @param command a path, or a name on PATH
 * @param limits for tests: others
 * @returns `null` where there is none, or one that can't do what is asked of it here
 */
export async function findFfmpeg(
  command: string,
  limits: Partial<typeof LIMITS> = {},
): Promise<Ffmpeg | null> {
  const ffmpeg: Ffmpeg = {
    async run(args, { folder, maxFileBytes, maxMs, signal, onProgress }) {
      let doneSec = 0;
      const onLine = (line: string) => {
        const sec = Number(/^out_time_us=(\d+)$/.exec(line)?.[1] ?? 0) / 1e6;
        if (sec <= doneSec) return false;
        doneSec = sec;
        onProgress?.(sec);
        return true;
      };
      const all = { ...LIMITS, ...limits, maxFileBytes, maxMs };
      await runLimited([command, ...args], { folder, limits: all, onLine, signal });
    },
  };
  try {
    await ffmpeg.run(PROBE, { folder: '.', maxFileBytes: 0, maxMs: PROBE_MS });
    return ffmpeg;
  } catch (error) {
    if (error instanceof FfmpegFailed) return null;
    throw error;
  }
}

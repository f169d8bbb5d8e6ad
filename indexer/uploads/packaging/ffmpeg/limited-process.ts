import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { isCode, RetryableError } from '../../../lib/errors.ts';
import { residentBytes } from '../worker/resident-bytes.ts';
import { FfmpegFailed, type FfmpegFailure } from './errors.ts';

export interface ProcessLimits {
  /** Of what it has in memory, which is looked at on Linux alone. */
  memoryMb: number;
  /** How long it may say nothing new. */
  patienceMs: number;
  maxMs: number;
  /** Of each file that it writes. */
  maxFileBytes: number;
}

export interface ProcessOptions {
  folder: string;
  limits: ProcessLimits;
  /** What it says. @returns whether that is something new */
  onLine: (line: string) => boolean;
  signal?: AbortSignal | undefined;
}

const WATCH_MS = 50;
const BLOCK_BYTES = 512;
const MAX_STDERR = 2_048;
/** As what the script starts hears from the host, other than by standard streams. */
const HOST = 3;
/**
 * Becomes the command, while a second process waits for a line: where none comes the host has ended, and so does the
 * command, which would not notice by itself. No larger files than said, no picture of its memory on the disk; the host's
 * answers go first.
 */
const SCRIPT = `
ulimit -c 0
ulimit -f "$1" || exit
shift
pid=$$
(read -r line <&${HOST} || kill -9 "$pid") >/dev/null 2>&1 &
exec nice -n 10 "$@" ${HOST}<&-
`;

/**
 * Runs a command that reads strangers' files: it sees nothing of the host's environment, and ends when the host does.
 * @throws {FfmpegFailed}, {RetryableError} where no process starts, the signal's reason
 */
export async function runLimited(words: readonly string[], options: ProcessOptions): Promise<void> {
  const { folder, limits, onLine, signal } = options;
  signal?.throwIfAborted();
  const blocks = Math.ceil(limits.maxFileBytes / BLOCK_BYTES);
  const child = spawn('sh', ['-c', SCRIPT, 'sh', `${blocks}`, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let failure: FfmpegFailure = 'exit';
  const end = (reason: FfmpegFailure) => {
    failure = reason;
    child.kill('SIGKILL');
  };
  const stop = () => child.kill('SIGKILL');
  const late = setTimeout(() => end('time'), limits.maxMs);
  const idle = setTimeout(() => end('time'), limits.patienceMs);
  const watch = setInterval(async () => {
    if ((await residentBytes(child.pid)) > limits.memoryMb * 1024 ** 2) end('memory');
  }, WATCH_MS);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => onLine(line) && idle.refresh());
  }
  signal?.addEventListener('abort', stop);
  try {
    const { code, stderr } = await endOf(child);
    signal?.throwIfAborted();
    if (code !== 0) throw new FfmpegFailed({ reason: failure, cause: new Error(stderr) });
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(late);
    clearTimeout(idle);
    clearInterval(watch);
  }
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  const host = child.stdio?.[HOST]; // What has not started may have no streams.
  if (host instanceof Writable) {
    host.on('error', () => {}); // The second process has ended, too.
    child.on('exit', () => host.end('\n'));
  }
  try {
    const [code] = await once(child, 'close');
    return { code, stderr };
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) throw new FfmpegFailed({ reason: 'exit', cause }); // There is no `sh`.
    throw new RetryableError('The system starts no process now.', { cause });
  }
}
